import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { configText } from '../k3s/archive.mts'
import { IMAGES, imagesOf } from './images.mts'
import { VERSION } from './programs.mts'

const images = suite('images of Argo CD')

images('what a manifest starts is found once each, whoever starts it', () => {
  assert.equal(imagesOf(`
      containers:
      - image: quay.io/argoproj/argocd:v3.5.3
        imagePullPolicy: Always
      - name: redis
        image: "public.ecr.aws/docker/library/redis:8.2.3-alpine"
      initContainers:
      - command: [image, of]
        image: quay.io/argoproj/argocd:v3.5.3
  `), ['public.ecr.aws/docker/library/redis:8.2.3-alpine', 'quay.io/argoproj/argocd:v3.5.3'])
})

images('each has its full name, with a version', () => {
  for (const name of Object.keys(IMAGES)) assert.match(name, /^[a-z.]+\.[a-z]+\/[a-z/-]+:v?\d+\.\d+\.\d+/)
  assert.ok(Object.keys(IMAGES).some(name => name.endsWith(`/argocd:${VERSION}`)))
})

images('Argo CD runs as the user that its own image has, under an init', () => {
  const { User, Entrypoint } = IMAGES[`quay.io/argoproj/argocd:${VERSION}`]?.config ?? {}
  assert.equal([User, Entrypoint], ['999', ['/usr/bin/tini', '--']])
})

images('an image names its layers in order, and no moment', () => {
  const { rootfs, history, created, config } = JSON.parse(configText([['debian', 'a'], ['argocd', 'b']], { User: '999' })) as Record<string, unknown>
  assert.equal([rootfs, config, created], [{ type: 'layers', diff_ids: ['sha256:a', 'sha256:b'] }, { User: '999' }, '1970-01-01T00:00:00Z'])
  assert.is((history as unknown[]).length, 2)
})

images.run()

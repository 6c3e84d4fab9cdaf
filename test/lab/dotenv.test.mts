import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { merged, settings } from './dotenv.mts'

const dotenv = suite('lab .env')
const facts = { ipv4: '10.89.7.10', ipv6: 'fd07:1::10', hostKey: 'SHA256:x', firstContact: 'sudo', user: 'debian', keyPath: '/k', diskGb: 80, cgroups: 'v2' } as const

dotenv('a new file holds the settings and nothing else', () => {
  assert.is(merged('', { HOST: 'a', SSH_KEY: '/k' }), 'HOST=a\nSSH_KEY=/k\n')
})

dotenv('what a person wrote into it stays', () => {
  assert.is(merged('# mine\nWAIVE=B18\nHOST=a\n', { HOST: 'b' }), '# mine\nWAIVE=B18\nHOST=b\n')
})

dotenv('writing the same settings twice changes nothing', () => {
  const once = merged('A=1\n\n# note\n', { HOST: 'b' })
  assert.is(merged(once, { HOST: 'b' }), once)
})

dotenv('a line that is commented out is not a setting', () => {
  assert.is(merged('#HOST=old\n', { HOST: 'b' }), '#HOST=old\nHOST=b\n')
})

dotenv('the first user is whom the provider let in', () => {
  const users = (firstContact: 'sudo' | 'root') => {
    const { ADMIN_USER, FIRST_USER } = settings({ ...facts, firstContact })
    return { ADMIN_USER, FIRST_USER }
  }
  assert.equal(users('sudo'), { ADMIN_USER: 'debian', FIRST_USER: 'debian' })
  assert.equal(users('root'), { ADMIN_USER: 'ops', FIRST_USER: 'root' })
})

dotenv('a smaller disk lowers the demand, a large one does not', () => {
  assert.is(settings({ ...facts, diskGb: 25 }).MIN_DISK_GB, '25')
  assert.not.ok('MIN_DISK_GB' in settings(facts))
})

dotenv('control groups v1 are declared where the machine has them', () => {
  assert.equal([settings(facts).CGROUP_V1, settings({ ...facts, cgroups: 'v1' }).CGROUP_V1], [undefined, 'yes'])
})

dotenv.run()

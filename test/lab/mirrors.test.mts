import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../folder.mts'
import { addressOf, mirrorsAmong } from './mirrors.mts'

const mirrors = suite('lab mirrors')

mirrors('Debian\'s own archives are told from everybody else\'s', () => {
  const sources = [
    'Docker|Docker CE|https://a.example/linux/debian/', 'Debian Backports|Debian Backports|http://b.example/debian/',
    'Debian|Debian|http://c.example/debian/', 'Debian|Debian-Security|http://d.example/debian-security/',
  ]
  assert.equal(mirrorsAmong(sources.join('\n')), { archive: 'http://c.example/debian', security: 'http://d.example/debian-security' })
})

mirrors('without a security archive there is no mirror', () => {
  assert.is(mirrorsAmong('Debian|Debian|http://c.example/debian/'), undefined)
  assert.is(mirrorsAmong(''), undefined)
})

mirrors('a list of mirrors stands for its first one', async () => {
  const list = join(folder(), 'debian.list')
  await writeFile(list, 'https://a.example/debian/\tpriority:1\nhttps://b.example/debian\n')
  assert.is(await addressOf(`mirror+file:${list}`), 'https://a.example/debian')
  assert.is(await addressOf('http://c.example/debian'), 'http://c.example/debian')
})

mirrors.run()

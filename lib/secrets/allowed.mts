/** Files that hold secrets in clear on purpose: by path and content, so that a new secret in the same place is still found. */
export const ALLOWED: { path: string; sha256: string; reason: string }[] = [
  { path: 'test/fixtures/sops/keys/a.agekey', sha256: '652d6ca2cb2cd2be30747cc79584a6693a49de06863d358a1bc5ec1ca50a7ca0', reason: 'throwaway identity of the SOPS vectors' },
  { path: 'test/fixtures/sops/keys/b.agekey', sha256: 'a5d58fd6b01ba8375dba8965d2d33ea4a6777c9f96481f04f36eef66eed95caa', reason: 'throwaway identity of the SOPS vectors' },
  { path: 'test/fixtures/sops/keys/c.agekey', sha256: 'fd9ef3a45a44e145e61c71a30a687f39c7ff1e937b0c3b789c18f03a8b7f2fe4', reason: 'throwaway identity of the SOPS vectors' },
  { path: 'test/fixtures/sops/keys/pq.agekey', sha256: '416108c417d2b8f1b2eaaa93a73528fe471083b5191a4f9999d37a0e463ad6f7', reason: 'throwaway identity of the SOPS vectors' },
  { path: 'test/fixtures/sops/src/k8s.yaml', sha256: '861c00cbc5e305ef488c755aeee40f3b4e89fc8502d033173fef81722087c095', reason: 'clear side of a SOPS vector' },
  { path: 'test/fixtures/sops/plain/k8s.yaml', sha256: 'c1b6cbdc16ebe493935b14955524363428b20db96e35d2794f1345605d447d95', reason: 'clear side of a SOPS vector' },
  { path: 'test/fixtures/sops/plain/k8s-unencrx.yaml', sha256: 'c1b6cbdc16ebe493935b14955524363428b20db96e35d2794f1345605d447d95', reason: 'clear side of a SOPS vector' },
]

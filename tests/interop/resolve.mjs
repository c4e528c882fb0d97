// Resolves DID URLs by npm's ethr-did-resolver, through a node, as its users do. The question comes
// as JSON on standard input, and the resolution results go out as JSON, in the question's order.
import { readFileSync } from 'node:fs'
import { Resolver } from 'did-resolver'
import { getResolver } from 'ethr-did-resolver'

const { url, chainId, registry, dids } = JSON.parse(readFileSync(0, 'utf8'))
const network = { name: 'holdfast', chainId, rpcUrl: url, registry }
const resolver = new Resolver(getResolver({ networks: [network] }))
const results = []
for (const versions of dids) {
  // All versions of one at once: ethers asks the node in batches then.
  results.push(await Promise.all(versions.map((did) => resolver.resolve(did))))
}
process.stdout.write(JSON.stringify(results), () => process.exit())

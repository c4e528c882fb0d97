// Issues, presents and verifies by npm's packages, as their users do; questions.mjs stands behind
// it. What is imported is what a question needs, so that a process that verifies one document is as
// fast as it can be.
const DB = '@digitalbazaar'

// DIDs by did-method-key, with the keys of the curve that a mechanism has.
const HEADERS = { Ed25519: 'z6Mk', 'P-256': 'zDna', 'P-384': 'z82L' }

const multikey = async (algorithm) =>
  import(algorithm === 'Ed25519' ? `${DB}/ed25519-multikey` : `${DB}/ecdsa-multikey`)

const older = (suite) => suite === 'Ed25519Signature2020'

const drivers = new Map()

const driver = async ({ suite, algorithm }) => {
  const name = `${suite} ${algorithm}`
  if (!drivers.has(name)) {
    const { driver: make } = await import(`${DB}/did-method-key`)
    const made = make()
    const from = older(suite)
      ? (await import(`${DB}/ed25519-verification-key-2020`)).Ed25519VerificationKey2020.from
      : (await multikey(algorithm)).from
    made.use({ multibaseMultikeyHeader: HEADERS[algorithm], fromMultibase: from })
    drivers.set(name, made)
  }
  return drivers.get(name)
}

// DID documents are kept once they are known, as contexts are.
const loader = async (mechanism, others = new Map()) => {
  const keys = await driver(mechanism)
  const known = new Map(others)
  return async (url) => {
    if (url.startsWith('did:key:') && !known.has(url)) {
      known.set(url, await keys.get({ url }))
    }
    const document = known.get(url) ?? contexts.get(url)
    if (document === undefined) {
      throw new Error(`nothing is known of ${url}`)
    }
    return { documentUrl: url, document: structuredClone(document) }
  }
}

const suiteFor = async (mechanism, key) => {
  const { suite, algorithm } = mechanism
  if (older(suite)) {
    const { Ed25519Signature2020 } = await import(`${DB}/ed25519-signature-2020`)
    if (key === undefined) {
      return new Ed25519Signature2020()
    }
    const { Ed25519VerificationKey2020 } = await import(`${DB}/ed25519-verification-key-2020`)
    const seed = Buffer.from(key.jwk.d, 'base64url')
    const { did: controller, method: id } = key
    const pair = await Ed25519VerificationKey2020.generate({ id, controller, seed })
    return new Ed25519Signature2020({ key: pair })
  }
  const { DataIntegrityProof } = await import(`${DB}/data-integrity`)
  const found = await import(`${DB}/${suite}-cryptosuite`)
  const signs = key !== undefined
  const cryptosuite =
    found.cryptosuite ?? (signs ? found.createSignCryptosuite() : found.createVerifyCryptosuite())
  if (!signs) {
    return new DataIntegrityProof({ cryptosuite })
  }
  const { fromJwk } = await multikey(algorithm)
  const { jwk, did: controller, method: id } = key
  const pair = await fromJwk({ jwk, secretKey: true, id, controller })
  return new DataIntegrityProof({ signer: pair.signer(), cryptosuite })
}

const linked = {
  async issue({ mechanism, document, key }) {
    const { issue } = await import(`${DB}/vc`)
    const documentLoader = await loader(mechanism)
    return issue({ credential: document, suite: await suiteFor(mechanism, key), documentLoader })
  },

  async present({ mechanism, document, key, challenge, domain }) {
    const { signPresentation } = await import(`${DB}/vc`)
    const documentLoader = await loader(mechanism)
    const suite = await suiteFor(mechanism, key)
    return signPresentation({ presentation: document, suite, challenge, domain, documentLoader })
  },

  // A function that verifies, and says why it does not hold where it does not.
  async verifier({ mechanism, document, challenge, domain }) {
    const { verify, verifyCredential } = await import(`${DB}/vc`)
    const documentLoader = await loader(mechanism)
    const suite = await suiteFor(mechanism)
    const asked = challenge === undefined
      ? (copy) => verifyCredential({ credential: copy, suite, documentLoader })
      : (copy) => verify({ presentation: copy, suite, challenge, domain, documentLoader })
    return async () => {
      const { verified, error, credentialResults = [] } = await asked(structuredClone(document))
      const bad = credentialResults.find((result) => !result.verified)
      return verified ? null : reason(error ?? bad?.error ?? 'not verified')
    }
  },
}

const jwtSigner = async ({ algorithm }, jwk) => {
  const { EdDSASigner, ES256Signer, ES256KSigner } = await import('did-jwt')
  const secret = Buffer.from(jwk.d, 'base64url')
  return {
    Ed25519: () => ({ alg: 'EdDSA', signer: EdDSASigner(secret) }),
    'P-256': () => ({ alg: 'ES256', signer: ES256Signer(secret) }),
    secp256k1: () => ({ alg: 'ES256K', signer: ES256KSigner(secret) }),
  }[algorithm]()
}

const tokens = {
  async issue({ mechanism, document, key }) {
    const { createVerifiableCredentialJwt } = await import('did-jwt-vc')
    const issuer = { did: key.did, ...(await jwtSigner(mechanism, key.jwk)) }
    return createVerifiableCredentialJwt(document, issuer, { removeOriginalFields: true })
  },

  async present({ mechanism, document, key, challenge, domain }) {
    const { createVerifiablePresentationJwt } = await import('did-jwt-vc')
    const holder = { did: key.did, ...(await jwtSigner(mechanism, key.jwk)) }
    return createVerifiablePresentationJwt(document, holder, { challenge, domain })
  },

  async verifier({ document, challenge, domain }) {
    const { verifyCredential, verifyPresentation } = await import('did-jwt-vc')
    const { Resolver } = await import('did-resolver')
    const { getResolver } = await import('key-did-resolver')
    const resolver = new Resolver(getResolver(), { cache: true })
    const asked = challenge === undefined
      ? () => verifyCredential(document, resolver)
      : () => verifyPresentation(document, resolver, { challenge, domain })
    return async () => {
      try {
        return (await asked()).verified ? null : 'not verified'
      } catch (error) {
        return reason(error)
      }
    }
  },
}

const by = ({ mechanism }) => (mechanism.peer === 'did-jwt-vc' ? tokens : linked)

const asked = {
  present: async (question) => by(question).present(question),

  list: async ({ mechanism, id, set, length, validFrom, key }) => {
    const { createCredential, createList } = await import(`${DB}/vc-bitstring-status-list`)
    const list = await createList({ length })
    for (const index of set) {
      list.setStatus(index, true)
    }
    const unsigned = await createCredential({ id, list, statusPurpose: 'revocation' })
    const document = { ...unsigned, issuer: key.did, validFrom }
    return linked.issue({ mechanism, document, key })
  },

  // Whether the status is set, by a list that stands where the credential says.
  status: async ({ mechanism, document, list }) => {
    const { checkStatus } = await import(`${DB}/vc-bitstring-status-list`)
    const documentLoader = await loader(mechanism, new Map([[list.id, list]]))
    const suite = await suiteFor(mechanism)
    const { verified, results, error } = await checkStatus({
      credential: document, documentLoader, suite,
    })
    if (!verified) {
      throw error
    }
    return results[0].status
  },
}

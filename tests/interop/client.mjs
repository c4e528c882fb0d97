// Uses a node by ethers, its registry by the ABI of npm's ethr-did-registry, and both by the
// controller of ethr-did-resolver. The question comes as JSON on standard input; what came of it
// goes out as JSON, to be compared with the chain.
import { readFileSync } from 'node:fs'
import {
  Contract, JsonRpcProvider, SigningKey, Wallet, ZeroAddress, computeAddress, decodeBytes32String,
  encodeBytes32String, toUtf8Bytes,
} from 'ethers'
import { EthrDidController } from 'ethr-did-resolver'
import registryPackage from 'ethr-did-registry'

const { url, chainId, registry, account, secret, to } = JSON.parse(readFileSync(0, 'utf8'))
const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1, pollingInterval: 50 })
const wallet = new Wallet(secret, provider)
const abi = registryPackage.EthereumDIDRegistry.abi
const contract = new Contract(registry, abi, wallet)
const network = `0x${BigInt(chainId).toString(16)}`
const DAY = 86400

// The reason of a revert, or that a request was refused.
const refusal = async (asked) => {
  try {
    await asked()
    return 'accepted'
  } catch (error) {
    return error.reason ?? (error.info?.error || error.error ? 'refused' : error.message)
  }
}

const reading = async () => {
  const block = await provider.getBlock('latest')
  const logs = await provider.getLogs({ address: registry, fromBlock: 0, toBlock: 'latest' })
  return {
    'chain id': String((await provider.getNetwork()).chainId),
    'last block': String(await provider.getBlockNumber()),
    'its hash': block.hash,
    'its time': String(block.timestamp),
    balance: String(await provider.getBalance(account)),
    nonce: String(await provider.getTransactionCount(account)),
    "the registry's code": await provider.getCode(registry),
    'price of gas': String((await provider.getFeeData()).gasPrice),
    "the registry's logs": logs.map((log) => `${log.blockNumber}/${log.index}`).join(' '),
    'last change of a DID': String(await contract.changed(account)),
    'owner of a DID': await contract.identityOwner(account),
  }
}

const sending = async () => {
  const filled = await wallet.populateTransaction({ to, value: 5n })
  const raw = await wallet.signTransaction(filled)
  const newer = await (await provider.broadcastTransaction(raw)).wait()
  const older = await (await wallet.sendTransaction({ to, value: 2n, type: 0 })).wait()
  const foreign = new Wallet(secret)
  const elsewhere = { ...filled, nonce: filled.nonce + 2, chainId: 1n }
  const again = { ...filled, value: 6n }
  const refused = async (form) => {
    const signed = await foreign.signTransaction(form)
    return refusal(() => provider.broadcastTransaction(signed))
  }
  const sent = {
    paid: String(await provider.getBalance(to)),
    types: `${newer.type} ${older.type}`,
    'with a wrong chain id': await refused(elsewhere),
    'with a nonce once more': await refused(again),
  }
  return { sent, hashes: [newer.hash, older.hash] }
}

const registering = async () => {
  const me = wallet.address
  const service = [encodeBytes32String('did/svc/Ethers'), toUtf8Bytes('https://ethers.example')]
  const [veriKey, sigAuth] = ['veriKey', 'sigAuth'].map(encodeBytes32String)
  await (await contract.setAttribute(me, ...service, DAY)).wait()
  await (await contract.addDelegate(me, veriKey, to, DAY)).wait()
  const [event] = await contract.queryFilter(contract.filters.DIDDelegateChanged(me))
  const gone = Wallet.createRandom(provider)
  await (await wallet.sendTransaction({ to: gone.address, value: 10n ** 17n })).wait()
  const theirs = contract.connect(gone)
  await (await theirs.changeOwner(gone.address, ZeroAddress)).wait()
  const nobody = [0, encodeBytes32String(''), encodeBytes32String('')]
  return {
    found: {
      'delegate is valid': await contract.validDelegate(me, veriKey, to),
      'other role is valid': await contract.validDelegate(me, sigAuth, to),
      "event's delegate": event.args.delegate,
      "event's kind": decodeBytes32String(event.args.delegateType),
      owner: await contract.identityOwner(me),
      'by another account': await refusal(() => contract.setAttribute(to, ...service, DAY)),
      'signed by nobody': await refusal(() =>
        contract.setAttributeSigned(me, ...nobody, ...service, DAY),
      ),
      'once deactivated': await refusal(() => theirs.setAttribute(gone.address, ...service, DAY)),
    },
    dids: {
      "written by ethr-did-registry's ABI": `did:ethr:${network}:${me}`,
      "deactivated by ethr-did-registry's ABI": `did:ethr:${network}:${gone.address}`,
    },
  }
}

// The DID's own key signs, and the wallet sends and pays; at last the wallet's account owns it.
const controlling = async () => {
  const key = new SigningKey(`0x${'c0'.repeat(32)}`)
  const address = computeAddress(key.publicKey)
  const did = `did:ethr:${network}:${key.compressedPublicKey}`
  const controller = new EthrDidController(
    did, undefined, wallet, network, provider, undefined, registry, false,
  )
  const signed = (hash) => {
    const { v, r, s } = key.sign(hash)
    return { sigV: v, sigR: r, sigS: s }
  }
  const attribute = ['did/pub/Ed25519/veriKey/base64', `0x${'ab'.repeat(32)}`, DAY]
  const once = signed(await controller.createSetAttributeHash(...attribute))
  await controller.setAttributeSigned(...attribute, once)
  const [name, ...rest] = attribute
  const again = await refusal(() =>
    contract.setAttributeSigned(
      address, once.sigV, once.sigR, once.sigS, encodeBytes32String(name), ...rest,
    ),
  )
  const delegate = ['sigAuth', to, DAY]
  const added = signed(await controller.createAddDelegateHash(...delegate))
  await controller.addDelegateSigned(...delegate, added)
  const given = signed(await controller.createChangeOwnerHash(wallet.address))
  await controller.changeOwnerSigned(wallet.address, given)
  await controller.setAttribute('did/svc/Controller', 'https://controller.example', DAY)
  await controller.revokeAttribute(name, rest[0])
  return {
    found: {
      'the same signature again': again,
      owner: await controller.getOwner(address),
      nonce: String(await contract.nonce(address)),
    },
    dids: { 'written by EthrDidController': did },
  }
}

const read = await reading()
const { sent, hashes } = await sending()
const registered = await registering()
const controlled = await controlling()
const dids = { ...registered.dids, ...controlled.dids }
const answer = { read, sent, hashes, registry: registered.found, controller: controlled.found, dids }
process.stdout.write(JSON.stringify(answer), () => process.exit())

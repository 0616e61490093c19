// A FAPI 2.0 partner on a server: signed assertions, pushed requests, DPoP.
import * as client from 'openid-client'
import * as jose from 'jose'
import { told, verifier } from './checks.mjs'
import { ask, run, step } from './dialogue.mjs'

async function refusal(promise) {
  const answer = await promise.then(
    () => ({ error: 'none' }),
    (error) => ({ error: error.error, status: error.status }),
  )
  return answer
}

run(async () => {
  const pair = await jose.generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await jose.exportJWK(pair.publicKey)), alg: 'ES256', use: 'sig' }
  jwk.kid = await jose.calculateJwkThumbprint(jwk)
  const mine = await ask({ jwks: { keys: [jwk] } })

  const config = await step('discovery', () =>
    client.discovery(
      new URL(mine.issuer),
      mine.client_id,
      { id_token_signed_response_alg: 'ES256', use_mtls_endpoint_aliases: false },
      client.PrivateKeyJwt({ key: pair.privateKey, kid: jwk.kid }),
      { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
    ),
  )
  const verify = verifier(config.serverMetadata(), mine.client_id)
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))

  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const request = {
    redirect_uri: mine.redirect_uri,
    scope: mine.scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    prompt: 'consent',
  }
  const url = await step('par', () => client.buildAuthorizationUrlWithPAR(config, request, { DPoP }))
  const { callback } = await ask({ authorize: url.href })

  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true, maxAge: 600 }
  const tokens = await step('token', async () => {
    const answer = await client.authorizationCodeGrant(config, new URL(callback), checks, undefined, { DPoP })
    return { answer, told: await told(answer, verify) }
  }, (outcome) => outcome.told)
  const { access_token, refresh_token } = tokens.answer
  const subject = tokens.answer.claims().sub

  await step('userinfo', () => client.fetchUserInfo(config, access_token, subject, { DPoP }), (claims) => ({ claims }))
  await step('introspection', () => client.tokenIntrospection(config, access_token), (answer) => ({ answer }))

  const fresh = await step('refresh', async () => {
    const answer = await client.refreshTokenGrant(config, refresh_token, undefined, { DPoP })
    return { answer, told: await told(answer, verify) }
  }, (outcome) => outcome.told)
  const next = fresh.answer.refresh_token ?? refresh_token
  await step('userinfo again', () => client.fetchUserInfo(config, fresh.answer.access_token, subject, { DPoP }), (claims) => ({ claims }))

  await step('revocation', () => client.tokenRevocation(config, next))
  await step('introspection afterwards', () => client.tokenIntrospection(config, fresh.answer.access_token), (answer) => ({ answer }))
  await step('refresh afterwards', () => refusal(client.refreshTokenGrant(config, next, undefined, { DPoP })), (answer) => ({ answer }))
})

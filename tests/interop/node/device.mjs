// A terminal without a browser of its own (RFC 8628), which keeps no secret.
import * as client from 'openid-client'
import { told, verifier } from './checks.mjs'
import { ask, run, step } from './dialogue.mjs'

run(async () => {
  const mine = await ask({ jwks: { keys: [] } })
  const config = await step('discovery', () =>
    client.discovery(
      new URL(mine.issuer),
      mine.client_id,
      { id_token_signed_response_alg: 'ES256' },
      client.None(),
      { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
    ),
  )
  const verify = verifier(config.serverMetadata(), mine.client_id)

  const asked = await step('device authorization', () =>
    client.initiateDeviceAuthorization(config, { scope: mine.scope }),
  (answer) => ({ interval: answer.interval, user_code: answer.user_code }))
  const polling = client.pollDeviceAuthorizationGrant(config, asked)
  polling.catch(() => {})
  await ask({ verify: asked.verification_uri_complete ?? asked.verification_uri })

  const tokens = await step('token', async () => {
    const answer = await polling
    return { answer, told: await told(answer, verify) }
  }, (outcome) => outcome.told)
  const { access_token, refresh_token } = tokens.answer
  const subject = tokens.answer.claims().sub
  await step('userinfo', () => client.fetchUserInfo(config, access_token, subject), (claims) => ({ claims }))

  const first = await step('refresh', async () => {
    const answer = await client.refreshTokenGrant(config, refresh_token)
    return { answer, told: await told(answer, verify) }
  }, (outcome) => outcome.told)
  await step('revocation', () => client.tokenRevocation(config, first.answer.refresh_token))
  await step('userinfo afterwards', () =>
    client.fetchUserInfo(config, first.answer.access_token, subject).then(
      () => ({ status: 200 }),
      (error) => ({ status: error.status ?? error.cause?.status, code: error.code }),
    ),
  (answer) => ({ answer }))
})

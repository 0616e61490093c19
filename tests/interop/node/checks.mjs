// Signatures and types that openid-client leaves to its user.
import * as jose from 'jose'

/** Verifies tokens of an issuer by the keys it publishes. */
export function verifier(metadata, clientId) {
  const keys = jose.createRemoteJWKSet(new URL(metadata.jwks_uri))
  const verify = async (token, typ, audience) => {
    const options = { issuer: metadata.issuer, audience, typ, algorithms: ['ES256'] }
    const { payload } = await jose.jwtVerify(token, keys, options)
    return payload
  }
  return {
    /** An access token for the issuer's own resources (RFC 9068). */
    access: (token) => verify(token, 'at+jwt', metadata.issuer),
    /** A card's token, made for this client. */
    card: (token) => verify(token, 'ecard+jwt', clientId),
  }
}

/** What the harness wants to know of a token answer. */
export async function told(answer, verify) {
  return {
    token_type: answer.token_type,
    scope: answer.scope,
    id_token: answer.claims(),
    access_token: await verify.access(answer.access_token),
    ecard_token: answer.ecard_token && (await verify.card(answer.ecard_token)),
  }
}

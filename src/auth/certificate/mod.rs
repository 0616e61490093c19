//! Client certificates (RFC 8705): whose key a client has proved to hold, in its handshake with us
//! or with a proxy that is believed.

mod peer;

pub use peer::Peer;

//! Reading the bits of a status list (draft-ietf-oauth-status-list-20, section 4).

use crate::domain::status_bits::{EntryBits, PackedStatuses};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::ZlibDecoder;
use std::io::Read as _;

/// The longest list read, unpacked: 2²⁰ entries of eight bits. What unpacks to more is refused
/// before the memory is spent.
pub const MAX_LIST_BYTES: usize = 1 << 20;

/// The longest text read: what no compressor makes longer, in base64url.
pub(super) const MAX_TEXT_BYTES: usize = 2 * MAX_LIST_BYTES;

/// Why the bits cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListCodecError {
    /// Not base64url, not ZLIB, cut short, or with something after its end.
    #[error("not a ZLIB stream in base64url")]
    Encoding,
    /// Unpacks to more than [`MAX_LIST_BYTES`].
    #[error("unpacks to more than {MAX_LIST_BYTES} bytes")]
    TooLong,
}

/// Reads the member `lst`.
///
/// # Errors
/// [`ListCodecError`].
pub fn decode_list(bits: EntryBits, lst: &str) -> Result<PackedStatuses, ListCodecError> {
    if lst.len() > MAX_TEXT_BYTES {
        return Err(ListCodecError::TooLong);
    }
    let packed = URL_SAFE_NO_PAD.decode(lst).map_err(|_| ListCodecError::Encoding)?;
    let mut bytes = Vec::new();
    let mut reader = ZlibDecoder::new(packed.as_slice()).take(MAX_LIST_BYTES as u64 + 1);
    reader.read_to_end(&mut bytes).map_err(|_| ListCodecError::Encoding)?;
    if bytes.len() > MAX_LIST_BYTES {
        return Err(ListCodecError::TooLong);
    }
    if reader.into_inner().total_in() != packed.len() as u64 {
        return Err(ListCodecError::Encoding);
    }
    Ok(PackedStatuses::from_bytes(bits, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write as _;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(packed: &[u8]) -> Result<PackedStatuses, ListCodecError> {
        decode_list(EntryBits::Two, &URL_SAFE_NO_PAD.encode(packed))
    }

    #[test]
    fn a_bomb_is_refused() {
        assert!(read(&packed(&vec![0; MAX_LIST_BYTES])).is_ok());
        let bomb = packed(&vec![0; 64 * MAX_LIST_BYTES]);
        assert!(bomb.len() < 128 * 1024, "the bomb itself is small: {}", bomb.len());
        assert_eq!(read(&bomb), Err(ListCodecError::TooLong));
        assert_eq!(read(&packed(&vec![0; MAX_LIST_BYTES + 1])), Err(ListCodecError::TooLong));
    }

    #[test]
    fn an_endless_text_is_refused_unread() {
        let text = "A".repeat(MAX_TEXT_BYTES + 1);
        assert_eq!(decode_list(EntryBits::Two, &text), Err(ListCodecError::TooLong));
    }

    #[test]
    fn a_list_cut_short_is_refused() {
        let whole = packed(&[7; 5000]);
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]), Err(ListCodecError::Encoding), "cut at {end}");
        }
    }

    #[test]
    fn something_after_the_end_is_refused() {
        let mut longer = packed(&[7; 50]);
        longer.push(0);
        assert_eq!(read(&longer), Err(ListCodecError::Encoding));
        assert_eq!(decode_list(EntryBits::Two, "not base64!"), Err(ListCodecError::Encoding));
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics(bytes: Vec<u8>, text in ".*", index: u32) {
            let _ = decode_list(EntryBits::One, &text);
            if let Ok(list) = read(&bytes) {
                let _ = list.get(index);
            }
            let list = read(&packed(&bytes)).unwrap();
            proptest::prop_assert_eq!(list.as_bytes(), bytes.as_slice());
        }
    }
}

//! Writing a list: ZLIB (RFC 1950) in base64url. Reading one is the verifier's.

use crate::domain::status_bits::PackedStatuses;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::{self, Write as _};

/// How hard to compress: a full list costs 7 ms at [`Effort::Quick`] and 90 ms at
/// [`Effort::Small`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Level 6, for what is published every minute.
    Quick,
    /// Level 9, for what stands for an hour.
    Small,
}

/// The member `lst` of a status list.
///
/// # Errors
/// The compressor's, which writes to memory alone.
pub fn encode(list: &PackedStatuses, effort: Effort) -> io::Result<String> {
    let level = match effort {
        Effort::Quick => 6,
        Effort::Small => 9,
    };
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(list.as_bytes())?;
    Ok(URL_SAFE_NO_PAD.encode(encoder.finish()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::status_bits::EntryBits;
    use crate::verifier::decode_list;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        name: String,
        bits: EntryBits,
        entries: u32,
        lst: String,
        not_zero: Vec<(u32, u8)>,
    }

    fn cases() -> Vec<Case> {
        let text = include_str!("../../tests/vectors/status_lists.json");
        serde_json::from_str::<Vectors>(text).unwrap().cases
    }

    fn built(case: &Case) -> PackedStatuses {
        let mut list = PackedStatuses::zeros(case.bits, case.entries);
        for (index, value) in &case.not_zero {
            list.set(*index, *value).unwrap();
        }
        list
    }

    #[test]
    fn every_published_vector_reads_as_published() {
        let cases = cases();
        assert_eq!(cases.len(), 6);
        for case in cases {
            let read = decode_list(case.bits, &case.lst).unwrap();
            assert_eq!(read.entries(), case.entries as usize, "{}", case.name);
            for (index, value) in &case.not_zero {
                assert_eq!(read.get(*index), Some(*value), "{} at {index}", case.name);
            }
            assert!(read == built(&case), "{}: entries that should be 0 are not", case.name);
            assert_eq!(read.get(case.entries), None, "{}", case.name);
        }
    }

    #[test]
    fn every_published_vector_survives_writing() {
        for case in cases() {
            let list = built(&case);
            for effort in [Effort::Quick, Effort::Small] {
                let text = encode(&list, effort).unwrap();
                let read = decode_list(case.bits, &text).unwrap();
                assert!(read == list, "{}", case.name);
            }
        }
    }
}

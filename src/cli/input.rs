//! What a command reads besides its arguments.

use super::Failure;
use std::fs::File;
use std::io::Read;

/// The content of `FILE`, or of standard input for `-`; at most `most` bytes.
///
/// What is too large is unavailable, as what cannot be read: nothing was learned of its content.
pub(super) fn read(named: &str, most: u64) -> Result<Vec<u8>, Failure> {
    let content = start(named, most.saturating_add(1))?;
    if content.len() as u64 > most {
        return Err(Failure::Unavailable(format!("{named}: more than {most} bytes")));
    }
    Ok(content)
}

/// The first `most` bytes of `FILE`, or of standard input for `-`.
pub(super) fn start(named: &str, most: u64) -> Result<Vec<u8>, Failure> {
    let failed = |e: std::io::Error| Failure::Unavailable(format!("{named}: {e}"));
    let source: Box<dyn Read> = match named {
        "-" => Box::new(std::io::stdin()),
        path => Box::new(File::open(path).map_err(failed)?),
    };
    let mut content = Vec::new();
    source.take(most).read_to_end(&mut content).map_err(failed)?;
    Ok(content)
}

/// One line of standard input, without its end.
pub(super) fn line(what: &str) -> Result<String, Failure> {
    let text = String::from_utf8(read("-", 16 * 1024)?)
        .map_err(|_| Failure::Refused(format!("{what}: not text")))?;
    let line = text.lines().next().unwrap_or_default().trim().to_owned();
    if line.is_empty() {
        return Err(Failure::Unavailable(format!("{what}: nothing on standard input")));
    }
    Ok(line)
}

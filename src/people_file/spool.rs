//! Rows between the check and the transaction: sealed already, in a private file that is gone
//! from its folder as soon as it is open.

use super::load::Prepared;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

/// The spool: written first, then read.
pub struct Spool(BufWriter<File>);

impl Spool {
    /// A new spool in the system's temporary folder, mode 0600. `name` must be fresh.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(name: &str) -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("ecard-people-{name}"));
        let file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        fs::remove_file(&path)?;
        Ok(Self(BufWriter::new(file)))
    }

    pub(super) fn write(&mut self, row: &Prepared) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, row)?;
        self.0.write_all(b"\n")
    }

    /// The rows, from the first.
    ///
    /// # Errors
    /// When the disk is full.
    pub(super) fn rows(self) -> io::Result<impl Iterator<Item = io::Result<Prepared>>> {
        let mut file = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        let lines = BufReader::new(file).lines();
        Ok(lines.map(|line| serde_json::from_str(&line?).map_err(io::Error::from)))
    }
}

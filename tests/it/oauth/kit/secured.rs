//! The program itself with a certificate of its own, in a folder of its own.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running program.
pub(in crate::oauth) struct Secured {
    child: Child,
    pub(in crate::oauth) address: String,
    /// Who trusts its certificate.
    pub(in crate::oauth) roots: RootCertStore,
    pub(in crate::oauth) folder: tempfile::TempDir,
}

impl Drop for Secured {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Secured {
    /// Starts it, once `prepare` has done in its folder what it wants.
    pub(in crate::oauth) fn start(prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        private(folder.path(), "cert.pem", &certificate);
        private(folder.path(), "key.pem", &key.serialize_pem());
        prepare(folder.path());
        let mut child = command(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0", "--partner-listen", "127.0.0.1:0"])
            .args(["--log", "warn"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.strip_prefix("listening on https://").expect(&first).to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
        Self { child, address, roots, folder }
    }
}

/// Writes a file that nobody else reads.
pub(in crate::oauth) fn private(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// The program with the certificates of the folder, and nothing of the shell's configuration.
pub(in crate::oauth) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecard"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ECARD_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).env("ECARD_HASHING__MEMORY_KIB", "8").stderr(Stdio::null());
    let files =
        [("TLS_CERT", "cert.pem"), ("TLS_KEY", "key.pem"), ("CLIENT_CA", "ca.pem")].into_iter();
    for (name, file) in files.filter(|(_, file)| folder.join(file).exists()) {
        command.env(format!("ECARD_{name}"), folder.join(file));
    }
    command
}

//! Runtimes of other languages: whether they are there, and the packages their programs use.

use super::needs::find_program;
use ecard::crypto::sha256;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// How long an installation may take (s).
const LONGEST_INSTALLATION: &str = "240";
/// Holds the digest of what was installed.
const STAMP: &str = ".installed";

/// A runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// Node.js with npm.
    Node,
    /// Python with venv.
    Python,
    /// A JDK with Maven.
    Java,
}

/// Programs that are run by a runtime each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Programs {
    /// Partner apps.
    Interop,
    /// The examples for relying services.
    RelyingService,
}

impl Programs {
    /// Their folder, from the project's.
    fn source(self) -> &'static str {
        match self {
            Self::Interop => "tests/interop",
            Self::RelyingService => "examples/relying-service",
        }
    }

    /// The name of their folder in the target folder.
    fn name(self) -> &'static str {
        match self {
            Self::Interop => "interop",
            Self::RelyingService => "relying-service",
        }
    }

    /// Where the programs of a runtime and their packages are: in the target folder.
    fn home(self, runtime: Runtime) -> PathBuf {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        target.join(self.name()).join(runtime.name())
    }

    /// Copies the programs of a runtime and installs their packages, unless that was done before.
    /// Another process that wants the same waits.
    ///
    /// # Errors
    /// What the installation said.
    pub(crate) fn install(self, runtime: Runtime) -> Result<(), String> {
        let home = self.home(runtime);
        fs::create_dir_all(home.parent().unwrap()).unwrap();
        let lock = File::create(home.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(self.source()).join(runtime.name());
        let digest = digest_of(&source);
        if fs::read_to_string(home.join(STAMP)).is_ok_and(|stamp| stamp == digest) {
            return Ok(());
        }
        if home.exists() {
            fs::remove_dir_all(&home).unwrap();
        }
        fs::create_dir(&home).unwrap();
        for file in files(&source) {
            fs::copy(&file, home.join(file.file_name().unwrap())).unwrap();
        }
        for command in runtime.installation() {
            run(command, &home)?;
        }
        if runtime == Runtime::Java && home.join(JAVA_MAIN).exists() {
            run(JAVAC, &home)?;
        }
        fs::write(home.join(STAMP), digest).unwrap();
        Ok(())
    }

    /// The command that runs a program of its folder, in its home.
    pub(crate) fn command(self, runtime: Runtime, program: &str) -> Command {
        let home = self.home(runtime);
        let mut command = match runtime {
            Runtime::Node => Command::new("node"),
            Runtime::Python => Command::new(home.join("venv/bin/python")),
            Runtime::Java => Command::new("java"),
        };
        if runtime == Runtime::Java {
            command.args(["-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", "classes:lib/*"]);
        }
        command.arg(program).current_dir(home);
        command
    }
}

type Commands = &'static [&'static [&'static str]];

const NPM: Commands = &[&["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]];
const PIP: Commands = &[
    &["python3", "-m", "venv", "venv"],
    &[
        "venv/bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary=:all:",
        "--requirement=requirements.txt",
    ],
];
const MVN: Commands = &[
    &[
        "mvn",
        "--quiet",
        "--batch-mode",
        "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
        "-DoutputDirectory=lib",
    ],
    &["sha256sum", "--check", "--strict", "--quiet", "packages.sha256"],
];
/// A program of several files is compiled; one of a single file is run as it is.
const JAVA_MAIN: &str = "Main.java";
const JAVAC: &[&str] = &["javac", "-cp", "lib/*", "-sourcepath", ".", "-d", "classes", JAVA_MAIN];

impl Runtime {
    /// The name of its folder among the programs.
    fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
            Self::Java => "java",
        }
    }

    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Node => &["node", "npm"],
            Self::Python => &["python3"],
            Self::Java => &["java", "javac", "mvn"],
        }
    }

    fn installation(self) -> Commands {
        match self {
            Self::Node => NPM,
            Self::Python => PIP,
            Self::Java => MVN,
        }
    }

    /// Why its programs cannot run here; `None` once their packages are installed.
    pub(crate) fn absence(self) -> Option<String> {
        static NODE: OnceLock<Option<String>> = OnceLock::new();
        static PYTHON: OnceLock<Option<String>> = OnceLock::new();
        static JAVA: OnceLock<Option<String>> = OnceLock::new();
        let known = match self {
            Self::Node => &NODE,
            Self::Python => &PYTHON,
            Self::Java => &JAVA,
        };
        known.get_or_init(|| self.look()).clone()
    }

    fn look(self) -> Option<String> {
        let missing = self.programs().iter().find(|program| find_program(program).is_none());
        match missing {
            Some(program) => Some(format!("no {program} in PATH")),
            None => Programs::Interop.install(self).err(),
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = entries.filter(|path| path.is_file()).collect();
    found.sort();
    found
}

/// Names and contents of a folder's files.
fn digest_of(folder: &Path) -> String {
    let mut all = Vec::new();
    for file in files(folder) {
        all.extend(file.file_name().unwrap().as_encoded_bytes());
        all.extend(sha256(&fs::read(&file).unwrap()));
    }
    sha256(&all).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn run(command: &[&str], home: &Path) -> Result<(), String> {
    let output = Command::new("timeout")
        .arg(LONGEST_INSTALLATION)
        .args(command)
        .current_dir(home)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("timeout: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let last: Vec<_> = said.lines().rev().filter(|l| !l.trim().is_empty()).take(3).collect();
    let last: Vec<_> = last.into_iter().rev().collect();
    Err(format!("{} failed ({}): {}", command.join(" "), output.status, last.join(" / ")))
}

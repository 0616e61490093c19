//! Who may import whom, as data.

/// The modules of `src/`, from the ground up. A module imports only from tiers below its own:
/// nothing points up, and modules of one tier do not know each other.
pub(super) const TIERS: &[&[&str]] = &[
    &["domain"],
    &["config", "crypto", "error", "keyfile"],
    &["token", "verifier", "web"],
    &["ports"],
    &["pages", "simulator", "storage"],
    &["status"],
    &["app"],
    &["auth"],
    &[
        "claim",
        "demo_data",
        "holder",
        "jobs",
        "oauth",
        "partner",
        "people_file",
        "relying",
        "terminal",
    ],
    &["assembly", "site"],
    &["cli"],
];

/// Modules that may import less than their tier allows: module, the only paths it may name, why.
pub(super) const NARROW: &[(&str, &[&str], &str)] = &[
    ("domain", &[], "pure: a rule of the field must be readable and testable without the service"),
    ("crypto", &[], "a part of the verifier, which builds without the service"),
    ("keyfile", &[], "files of secrets know nothing of what is in them"),
    ("config", &["domain"], "read before anything else exists"),
    ("error", &["domain"], "says what went wrong, not how it is shown"),
    ("verifier", &["domain", "crypto"], "embedded by relying services: no server inside"),
    ("token", &["domain", "crypto", "keyfile"], "signs what it is given"),
    ("web", &["domain", "error"], "a toolbox that knows no page and no handler"),
    ("pages", &["domain", "web"], "a page shows what it is handed and decides nothing"),
    ("storage", &["domain", "keyfile", "ports::entropy"], "asks the outside world for nothing"),
    ("partner", &["domain::time", "web"], "stands where any partner would, outside the service"),
    (
        "terminal",
        &["domain", "keyfile", "ports::clock", "ports::entropy", "ports::http", "verifier", "web"],
        "stands at a counter, outside the service",
    ),
    ("simulator", &["domain", "ports"], "stands where a real provider would"),
];

/// Names that `lib.rs` gives to something inside a module.
pub(super) const REEXPORTS: &[(&str, &str)] = &[("router", "site")];

/// Crates that belong to some modules only: crate, the modules, why.
pub(super) const CRATES: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["storage"], "SQL has one home"),
    (
        "askama",
        &["app", "pages", "partner", "terminal", "web"],
        "templates are rendered in one place a site",
    ),
    (
        "reqwest",
        &["cli", "partner", "ports"],
        "the service calls through ports; others are strangers",
    ),
    ("openidconnect", &["partner"], "the service speaks the protocol itself"),
    ("image", &["ports", "simulator"], "pictures are looked at for the face match only"),
    ("rsa", &["crypto"], "makes keys and does nothing else: its private operations leak by timing"),
    ("tokio_rustls", &["cli"], "the accept loop shakes hands"),
    ("x509_parser", &["auth", "cli"], "certificates are read where clients are recognized"),
    ("clap", &["cli"], "only the command line has a grammar"),
    ("hyper", &["cli"], "the accept loop of `ecard serve` bounds what a connection may take"),
    ("hyper_util", &["cli"], "the accept loop alone drives connections; all else sees requests"),
];

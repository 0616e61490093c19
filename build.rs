//! Rebuilds the crate when a migration is added: the set is compiled in.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

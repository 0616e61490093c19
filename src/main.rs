//! The `ecard` command line.

fn main() {}

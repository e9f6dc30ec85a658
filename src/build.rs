//! A step of the release build: has the linker leave out the tables by which a panic would be unwound, for nothing is
//! unwound there. Must never fail a build: where the linker cannot do that, the program is only larger.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

/// Beside the linker's own script, not in its place (`INSERT`): GNU ld and lld both read it so.
const SCRIPT: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame) *(.gcc_except_table .gcc_except_table.*) } } INSERT AFTER .text;\n";

fn main() {
    println!("cargo:rerun-if-changed=src/build.rs");
    let said = |name: &str| env::var(name).unwrap_or_default();
    // A profile of the tests unwinds; who asks for debug information will want to walk the stack; a program for another
    // machine cannot be tried here.
    let fit = said("PROFILE") == "release" && said("DEBUG") == "false" && said("CARGO_CFG_TARGET_OS") == "linux";
    if !fit || said("TARGET") != said("HOST") {
        return;
    }
    let out = said("OUT_DIR");
    let argument = format!("-T{}", Path::new(&out).join("no-tables.ld").display());
    if works(Path::new(&out), &argument).unwrap_or(false) {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
}

/// Whether a program that is linked so runs.
fn works(out: &Path, argument: &str) -> std::io::Result<bool> {
    let (source, program) = (out.join("trial.rs"), out.join("trial"));
    fs::write(out.join("no-tables.ld"), SCRIPT)?;
    fs::write(&source, "fn main() {}\n")?;
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={}", linker.to_string_lossy()));
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    rustc.args(["-C", "panic=abort", "-C", &format!("link-arg={argument}"), "-o"]).args([&program, &source]);
    let linked = rustc.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
    Ok(linked && Command::new(&program).status()?.success())
}

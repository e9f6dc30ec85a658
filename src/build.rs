//! A step of the release build: has the linker leave out what the program does not need to run on this machine, a tenth of
//! it. Must never fail a build: where the linker or the system cannot do that, the program is only larger.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

/// Leaves out the tables by which a panic is unwound: nothing unwinds here. Beside the linker's own script, not in its place
/// (`INSERT`); GNU ld and lld both read it so.
const SCRIPT: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame) *(.gcc_except_table .gcc_except_table.*) } } INSERT AFTER .text;\n";

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=src/build.rs");
    let said = |name: &str| env::var(name).unwrap_or_default();
    link_marker(&said("OUT_DIR"));
    // A profile of the tests unwinds; who asks for debug information will want to walk the stack; a program for another
    // machine cannot be tried here.
    let fit = said("PROFILE") == "release" && said("DEBUG") == "false" && said("CARGO_CFG_TARGET_OS") == "linux";
    if !fit || said("TARGET") != said("HOST") {
        return Ok(());
    }
    let out = said("OUT_DIR");
    let (out, script) = (Path::new(&out), Path::new(&out).join("no-tables.ld"));
    fs::write(&script, SCRIPT)?;
    // Addresses to be set at the start, a bit each instead of 24 bytes: the C library understands it since 2022.
    let wishes = [format!("-T{}", script.display()), "-Wl,-z,pack-relative-relocs".to_owned()];
    let mut taken: Vec<String> = Vec::new();
    for wish in wishes {
        taken.push(wish);
        if !runs(out, &taken).unwrap_or(false) {
            taken.pop();
        }
    }
    for wish in &taken {
        println!("cargo:rustc-link-arg-bins={wish}");
    }
    Ok(())
}

/// Links what tells a closed standard output from /dev/null. SQLite needs the same compiler; without one, only that is not told.
fn link_marker(out: &str) {
    println!("cargo:rerun-if-changed=src/closed.c");
    let object = Path::new(out).join("closed.o");
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let done = Command::new(compiler).args(["-Os", "-c", "src/closed.c", "-o"]).arg(&object).status();
    if done.is_ok_and(|status| status.success()) {
        println!("cargo:rustc-link-arg-bins={}", object.display());
    }
}

/// Whether a program that is linked so runs.
fn runs(out: &Path, wishes: &[String]) -> std::io::Result<bool> {
    let (source, program) = (out.join("trial.rs"), out.join("trial"));
    fs::write(&source, "fn main() {}\n")?;
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={}", linker.to_string_lossy()));
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    rustc.args(wishes.iter().map(|wish| format!("-Clink-arg={wish}")));
    rustc.args(["-C", "panic=abort", "-o"]).args([&program, &source]);
    let linked = rustc.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
    Ok(linked && Command::new(&program).status()?.success())
}

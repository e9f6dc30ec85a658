//! Every input that the fuzzers found worth keeping, given to its law again. Must never need the fuzzers themselves.

#[path = "../../fuzz/laws.rs"]
mod laws;

use std::fs;
use std::path::Path;

use laws::LAWS;

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn every_kept_input_of_the_fuzzers_holds_its_law() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let mut folders: Vec<_> = fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    folders.sort();
    let mut names: Vec<_> = LAWS.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(folders, names);
    for (name, law) in LAWS {
        let inputs: Vec<_> = fs::read_dir(corpus.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(inputs.len() > 2, "{name}");
        for path in inputs {
            let bytes = fs::read(&path).unwrap();
            let held = std::panic::catch_unwind(|| law(&bytes));
            assert!(held.is_ok(), "{} breaks the law of {name}", path.display());
        }
        // Cut at every place, too.
        let first = fs::read_dir(corpus.join(name)).unwrap().next().unwrap().unwrap().path();
        let bytes = fs::read(first).unwrap();
        (0..bytes.len().min(2_000)).for_each(|end| law(&bytes[..end]));
    }
}

#[test]
fn every_fuzzer_has_its_law_and_every_law_its_fuzzer() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/Cargo.toml")).unwrap();
    let targets: Vec<&str> = manifest.lines().filter_map(|line| line.strip_prefix("name = ")).skip(1).collect();
    let laws: Vec<String> = LAWS.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    assert_eq!(targets, laws);
}

//! The project's folder: what lies at its top, and that no text names a machine's folder or a package registry.

use crate::house::TOP;
use crate::house::source::{top, walk};

/// Words that no text of the project may hold; spelled in two parts so that this one does not.
const UNNAMED: &[(&str, &str)] = &[
    ("/wo", "rk/"),
    ("/home", "/runner"),
    ("crates", ".io"),
    ("py", "pi.org"),
    ("pythonhosted", ".org"),
    ("npm", "js.org"),
    ("proxy.go", "lang.org"),
];
/// Made by cargo, which names its registry in every entry.
const MADE: &[&str] = &["Cargo.lock", "tests/fuzz/Cargo.lock"];

fn strangers(names: &[String]) -> Vec<&String> {
    names.iter().filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str())).collect()
}

fn mentions(path: &str, text: &[u8]) -> Vec<String> {
    if MADE.contains(&path) {
        return Vec::new();
    }
    let (words, text) = (UNNAMED.iter().map(|(a, b)| format!("{a}{b}")), String::from_utf8_lossy(text));
    let found = words.filter(|word| text.contains(word));
    found.map(|word| format!("{path} names {word}")).collect()
}

#[test]
fn nothing_else_lies_at_the_top() {
    let entries = std::fs::read_dir(top()).unwrap();
    let names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(names.contains(&"Cargo.toml".to_owned()));
    assert_eq!(strangers(&names), Vec::<&String>::new());
    assert_eq!(strangers(&["docs".to_owned(), ".ci".to_owned(), "src".to_owned()]), ["docs"]);
}

#[test]
fn no_text_names_a_machine_s_folder_or_a_package_registry() {
    let mut faults = Vec::new();
    walk(&top(), &mut |path| {
        let name = path.strip_prefix(top()).unwrap().to_string_lossy().replace('\\', "/");
        faults.extend(mentions(&name, &std::fs::read(path).unwrap_or_default()));
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for (a, b) in UNNAMED {
        assert_eq!(mentions("README.md", format!("see {a}{b}x").as_bytes()).len(), 1);
    }
    assert!(mentions("README.md", b"cd ../shared").is_empty());
}

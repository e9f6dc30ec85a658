//! Holds that a match over the kinds of statements names each one, so that the compiler finds every place that a new kind needs.

use crate::house::source::{Source, sources};

/// Returns the patterns of a match's arms, without guards and without what is in brackets. `block` starts after its brace.
fn patterns(block: &str) -> Vec<String> {
    let mut outer = String::new();
    let mut closers = Vec::new();
    for c in block.chars() {
        match c {
            // An arm's body in braces needs no comma after it.
            '{' if outer.trim_end().ends_with("=>") && closers.is_empty() => closers.push(","),
            '{' | '(' | '[' => closers.push(""),
            '}' | ')' | ']' => match closers.pop() {
                Some(separator) if closers.is_empty() => outer.push_str(separator),
                Some(_) => {}
                None => break,
            },
            c if closers.is_empty() => outer.push(c),
            _ => {}
        }
    }
    let arms: Vec<&str> = outer.split("=>").collect();
    let heads = arms[..arms.len() - 1].iter().map(|text| text.rsplit(',').next().unwrap_or_default());
    let alone = heads.filter_map(|head| head.split(" if ").next());
    alone.flat_map(|head| head.split('|')).map(|one| one.trim().to_owned()).collect()
}

fn wildcards_over_kinds(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, word) in source.code.match_indices("match ") {
        let Some((_, block)) = source.code[at + word.len()..].split_once('{') else { continue };
        let patterns = patterns(block);
        let kind = |one: &String| one.starts_with("Body::") || one.starts_with("Kind::");
        if patterns.iter().any(kind) && patterns.iter().any(|one| one == "_") {
            let line = source.code[..at].matches('\n').count() + 1;
            faults.push(format!("{}:{line}: a wildcard arm over the kinds of statements", source.path));
        }
    }
    faults
}

#[test]
fn a_match_over_the_kinds_of_statements_names_each_one() {
    let faults: Vec<_> = sources().iter().flat_map(wildcards_over_kinds).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_wildcard_over_the_kinds_is_caught_and_one_over_something_else_is_not() {
    for (arms, caught) in [
        ("Body::SignOff(s) => f(s, |_| 1), Body::Key { id, .. } => 2, _ => 3", true),
        ("Body::SignOff(s) => { g(s) }\n _ => 3", true),
        ("Kind::Key | Kind::Role => 1, Kind::Erase | _ => 2", true),
        ("Kind::Key => 1, Kind::Role => match x { 1 => 2, _ => 3 }", false),
        ("Some(x) if x == Kind::Key => 1, _ => 2", false),
        ("Body::Key(_) => 1, Body::Role(_) => 2", false),
    ] {
        let source = Source::new("src/app/a.rs", &format!("fn f() {{ match x {{ {arms} }} }}"));
        assert_eq!(!wildcards_over_kinds(&source).is_empty(), caught, "{arms}");
    }
}

//! No file imports, by any way round, itself: Tarjan's strongly connected components over the imports of `src/`.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::paths::edges;
use crate::house::source::{Source, sources};

fn circles(all: &[Source]) -> Vec<Vec<String>> {
    let files: BTreeSet<String> = all.iter().map(|source| source.path.clone()).collect();
    let graph: BTreeMap<String, BTreeSet<String>> =
        all.iter().map(|source| (source.path.clone(), edges(source, &files))).collect();
    let mut walk = Walk { graph: &graph, order: BTreeMap::new(), stack: Vec::new(), found: vec![] };
    for file in graph.keys() {
        if !walk.order.contains_key(file.as_str()) {
            walk.visit(file);
        }
    }
    walk.found
}

struct Walk<'a> {
    graph: &'a BTreeMap<String, BTreeSet<String>>,
    order: BTreeMap<&'a str, usize>,
    stack: Vec<&'a str>,
    found: Vec<Vec<String>>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, file: &'a str) -> usize {
        let index = self.order.len();
        self.order.insert(file, index);
        self.stack.push(file);
        let mut low = index;
        for next in self.graph.get(file).into_iter().flatten() {
            low = match self.order.get(next.as_str()) {
                None => low.min(self.visit(next)),
                Some(seen) if self.stack.contains(&next.as_str()) => low.min(*seen),
                Some(_) => low,
            };
        }
        if low == index {
            let start = self.stack.iter().position(|other| *other == file).unwrap();
            let circle = self.stack.split_off(start);
            if circle.len() > 1 {
                self.found.push(circle.into_iter().map(str::to_owned).collect());
            }
        }
        low
    }
}

#[test]
fn no_file_imports_itself_by_any_way_round() {
    let found = circles(sources());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_circle_is_caught_however_long_and_however_it_is_written() {
    let house = |files: &[(&str, &str)]| files.iter().map(|(path, text)| Source::new(path, text)).collect::<Vec<_>>();
    let open = [
        ("src/core/a.rs", "use crate::{b::{B}, c};"),
        ("src/core/b.rs", "fn f() -> crate::c::C {}"),
        ("src/core/c.rs", "#[cfg(test)]\nmod tests { use crate::a::A; }"),
    ];
    assert_eq!(circles(&house(&open)), Vec::<Vec<String>>::new());
    let mut closed = open;
    closed[2].1 = "pub fn g() { crate::a::h(); }";
    assert_eq!(circles(&house(&closed)).len(), 1);
    let parent = [("src/core/s.rs", "pub mod e;\nfn f() { e::g() }"), ("src/core/s/e.rs", "use crate::s::S;")];
    assert_eq!(circles(&house(&parent)), [["src/core/s.rs".to_owned(), "src/core/s/e.rs".to_owned()]]);
}

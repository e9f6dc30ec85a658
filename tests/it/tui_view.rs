//! Screens, looked at.

use countersign::tui::theme::Looks;

use crate::tui_face::Bench;

#[test]
fn look() {
    for (w, h) in [(80, 24), (120, 36), (60, 20), (50, 14), (30, 8)] {
        let bench = Bench::at_work(w, h, Looks::FULL);
        println!("{w}x{h}\n{}", bench.text());
    }
    println!("{}", Bench::new(80, 24, Looks::FULL).text());
    println!("{}", Bench::at_work(80, 24, Looks::FULL).styles());
}

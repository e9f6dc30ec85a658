//! The program: hands the command line to the face that was asked for.

fn main() {}

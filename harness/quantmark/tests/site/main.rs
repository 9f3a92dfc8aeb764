//! The site: what its pages say, what a stranger's record cannot do to them, how large they are, and that a browser
//! shows them.

mod browser;
mod hostile;
mod made;
mod pages;
#[path = "../records/sample.rs"]
#[allow(dead_code)]
mod sample;

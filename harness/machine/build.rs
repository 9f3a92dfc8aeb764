//! Tells the crate its target triple, which nothing else does at run time.

fn main() {
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=QUANTMARK_TARGET={target}");
    println!("cargo::rerun-if-changed=build.rs");
}

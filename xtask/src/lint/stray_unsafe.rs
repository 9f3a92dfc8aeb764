//! Where the keyword `unsafe` may stand.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::program::root;

/// The folders and files whose work cannot be said without `unsafe`.
const UNSAFE_ALLOWED: &[&str] = &[
    "kernels/src/baseline/",
    "kernels/src/simd/",
    "kernels/src/metal/",
    "kernels/src/kernel_set.rs",
    "harness/implementations/src/llama_cpp/",
    "harness/conformance/src/guard.rs",
    "harness/containers/src/gguf/map.rs",
    "harness/conformance/tests/hostile_workers.rs",
    "xtask/src/lint/stray_unsafe.rs",
];

/// Adds the places below a folder where it must not stand.
pub fn stray_unsafe(folder: &Path, found: &mut Vec<String>) -> Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            stray_unsafe(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root())?.to_string_lossy().replace('\\', "/");
            if UNSAFE_ALLOWED.iter().any(|allowed| name.starts_with(allowed)) {
                continue;
            }
            let text = fs::read_to_string(&path).with_context(|| name.clone())?;
            found.extend(unsafe_lines(&text).map(|line| format!("{name}:{line}")));
        }
    }
    Ok(())
}

/// Line numbers on which the keyword stands outside comments and strings.
fn unsafe_lines(text: &str) -> impl Iterator<Item = usize> {
    text.lines().enumerate().filter(|(_, line)| says_unsafe(line)).map(|(index, _)| index + 1)
}

fn says_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.split('"')
        .step_by(2)
        .any(|part| part.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == "unsafe"))
}

#[cfg(test)]
mod tests {
    use super::unsafe_lines;

    #[test]
    fn the_keyword_is_found_and_only_the_keyword() {
        let text = "let x = unsafe { f() };\n// unsafe in words\nlet s = \"unsafe\";\nunsafe_op();\nunsafe fn g() {}\n";
        assert_eq!(unsafe_lines(text).collect::<Vec<_>>(), [1, 5]);
    }
}

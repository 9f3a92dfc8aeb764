//! Writing tables as Rust source that rustfmt leaves as it is.

use std::collections::BTreeSet;

use super::codebook::Codebook;
use super::error::CodebookError;

const WIDTH: usize = 120;

/// The source of a codebook.
///
/// # Errors
/// The points take more levels than fit the bits of a packed code.
pub fn grid(codebook: &Codebook, points: &[Vec<i8>]) -> Result<String, CodebookError> {
    let levels: Vec<i8> = points.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
    // Two bits a level in hexadecimal, three in octal: either way the digits can be read.
    let bits = if codebook.dimensions == 8 { 2 } else { 3 };
    if levels.len() > 1 << bits {
        return Err(CodebookError::Levels { format: codebook.format, levels: levels.len() });
    }
    let codes = points.iter().map(|point| {
        let code = point.iter().enumerate().fold(0, |code, (i, level)| {
            let digit = levels.binary_search(level).expect("taken from the points");
            code | digit << (bits * i)
        });
        if bits == 2 { format!("{code:#06x}") } else { format!("{code:#06o}") }
    });
    let name = codebook.format.name().to_uppercase();
    let (dimensions, len) = (codebook.dimensions, points.len());
    let mut source = header(&format!("The codebook of {name}: {len} points of {dimensions} weights."));
    let levels_text: Vec<String> = levels.iter().map(i8::to_string).collect();
    source += &format!(
        "use super::Grid;

/// The codebook of {name}.
pub static GRID: Grid<{dimensions}, {len}> = Grid::new(&LEVELS, \
         &CODES);

/// The levels of a weight.
pub(crate) const LEVELS: [i8; {}] = [{}];

",
        levels.len(),
        levels_text.join(", ")
    );
    source.push_str(&array("const CODES", "u16", len, codes));
    Ok(source)
}

/// The source of the table of signs.
pub fn signs(signs: &[u8]) -> String {
    let mut source = header("The signs of 8 weights that a 7-bit code stands for: the eighth makes their number even.");
    source.push_str("/// Bit i is set where weight i is negative.\n");
    source.push_str(&array("pub static KSIGNS", "u8", signs.len(), signs.iter().map(|signs| format!("{signs:#04x}"))));
    source
}

fn header(title: &str) -> String {
    format!("//! {title}\n//!\n//! Written by `cargo xtask codegen` from what llama.cpp decodes; do not edit.\n\n")
}

fn array(declaration: &str, element: &str, len: usize, items: impl Iterator<Item = String>) -> String {
    let mut source = format!("{declaration}: [{element}; {len}] = [\n");
    let mut line = String::from("   ");
    for item in items {
        if line.len() + item.len() + 2 > WIDTH {
            source.push_str(&line);
            source.push('\n');
            line.truncate(3);
        }
        line.push(' ');
        line.push_str(&item);
        line.push(',');
    }
    source + &line + "\n];\n"
}

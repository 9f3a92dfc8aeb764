//! The codebooks of the IQ formats as shaders read them, from the tables of the CPU kernels.

use std::collections::BTreeSet;
use std::fmt::Write;

use quantmark_kernels::codec::iq_grids::{Grid, code_bits, iq1_s, iq2_s, iq2_xs, iq2_xxs, iq3_s, iq3_xxs};

const WIDTH: usize = 120;

/// The header.
pub fn header() -> String {
    let mut text = String::from(
        "#pragma once\n\n// Written by `cargo xtask codegen` from `kernels/src/codec/iq_grids`; do not edit.\n\n\
         #include <metal_stdlib>\nusing namespace metal;\n",
    );
    grid(&mut text, "iq1_s", &iq1_s::GRID);
    grid(&mut text, "iq2_xxs", &iq2_xxs::GRID);
    grid(&mut text, "iq2_xs", &iq2_xs::GRID);
    grid(&mut text, "iq2_s", &iq2_s::GRID);
    grid(&mut text, "iq3_xxs", &iq3_xxs::GRID);
    grid(&mut text, "iq3_s", &iq3_s::GRID);
    text
}

fn grid<const D: usize, const LEN: usize>(text: &mut String, name: &str, grid: &Grid<D, LEN>) {
    let levels: BTreeSet<i8> = grid.points.iter().flatten().copied().collect();
    // A code of two bits may index past three levels only if a point held one, and none does.
    let levels: Vec<String> = levels.iter().map(i8::to_string).collect();
    let bits = code_bits(D);
    let mut add = |line: &str| writeln!(text, "{line}").expect("a string takes everything");
    add(&format!("\n/// The levels of {}.", name.to_uppercase()));
    add(&format!("constant char {name}_levels[{}] = {{{}}};", levels.len(), levels.join(", ")));
    add(&format!(
        "\n/// The points of {}: for each of {D} weights its level in {bits} bits, the first weight lowest.",
        name.to_uppercase()
    ));
    add(&format!("constant ushort {name}_points[{LEN}] = {{"));
    let mut line = String::from("   ");
    for code in grid.codes {
        let item = format!(" {code:#06x},");
        if line.len() + item.len() > WIDTH {
            add(&line);
            line.truncate(3);
        }
        line.push_str(&item);
    }
    add(&line);
    add("};");
}

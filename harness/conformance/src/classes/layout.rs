//! L0: the table of formats against one written down independently.

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, Operation, ggml};
use quantmark_record::schema::Level;
use serde::Deserialize;

use super::suite::Suite;
use crate::case::{Case, Verdict};

#[derive(Debug, Deserialize)]
struct Parameters {
    formats: Vec<(String, u32, usize, usize)>,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/layout.toml"));
    let table = suite.parameters.formats.clone();
    vec![suite.case(Level::L0, format, Operation::Dequantize, "block", move |subject| check(format, &table, subject))]
}

fn check(
    format: Format,
    table: &[(String, u32, usize, usize)],
    subject: &dyn Implementation,
) -> Result<Verdict, Refusal> {
    let spec = format.spec();
    let ours = (spec.name.to_owned(), ggml::type_id(format), spec.block_len, spec.block_bytes);
    if !table.contains(&ours) {
        return Ok(Verdict::Invalid(format!("{ours:?} is not a row of the table of GGUF types")));
    }
    let blocks = 3;
    let mut out = vec![0.0; blocks * spec.block_len];
    let bytes = vec![0; blocks * spec.block_bytes];
    subject.dequantize(format, &bytes, &mut out)?;
    Ok(Verdict::Pass)
}

//! The side that has the library open.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::rc::Rc;
use std::time::Instant;

use bytemuck::cast_slice_mut;
use quantmark_implementations::llama_cpp::{GraphBackend, OracleError, Products};
use quantmark_kernels::{Format, ggml};

use super::{Answer, Job};

/// Does one job until `input` ends.
///
/// # Errors
/// `input` holds no job, or what it announces is cut short; `output` is closed.
pub fn work(input: impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut input = BufReader::new(input);
    let mut line = String::new();
    input.read_line(&mut line)?;
    let job: Job = serde_json::from_str(&line)?;
    let unknown = || io::Error::new(io::ErrorKind::InvalidData, "the job names no format");
    let format = ggml::from_type_id(job.format).ok_or_else(unknown)?;
    let row_bytes = format.row_bytes(job.cols).ok_or_else(unknown)?;
    let mut weights = vec![0; row_bytes * job.rows];
    input.read_exact(&mut weights)?;
    let activations = floats(&mut input, job.cols * job.batch)?;
    let expected = floats(&mut input, job.rows * job.batch)?;

    let products = match products(&job, format, &weights, &activations) {
        Ok(products) => products,
        Err(reason) => return say(output, &Answer::Refused { reason }),
    };
    let difference = difference(&products.output(), &expected);
    say(output, &Answer::Ready { difference: difference.is_finite().then_some(difference) })?;
    for line in input.lines() {
        let repeats: u32 = line?.parse().map_err(io::Error::other)?;
        let start = Instant::now();
        for _ in 0..repeats {
            products.compute();
        }
        let nanoseconds = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        say(output, &Answer::Took { nanoseconds })?;
    }
    Ok(())
}

/// The products, computed once.
fn products(job: &Job, format: Format, weights: &[u8], activations: &[f32]) -> Result<Products, String> {
    let said = |error: OracleError| match error {
        OracleError::Layout { got: 0, .. } => "it does not know the format".to_owned(),
        OracleError::Unsupported { .. } => "it has no product for the format".to_owned(),
        other => other.to_string(),
    };
    let backend = GraphBackend::ik_llama(&job.library, format, job.threads).map_err(said)?;
    let products = Rc::new(backend).products(format, job.shape(), weights, activations, 1, 1).map_err(said)?;
    if products.compute() { Ok(products) } else { Err("it does not compute the product".to_owned()) }
}

fn floats(input: &mut impl Read, count: usize) -> io::Result<Vec<f32>> {
    let mut numbers = vec![0.0; count];
    input.read_exact(cast_slice_mut(&mut numbers))?;
    Ok(numbers)
}

/// Root mean square of the difference over that of what is expected.
fn difference(got: &[f32], expected: &[f32]) -> f64 {
    let squares = |numbers: &mut dyn Iterator<Item = f64>| numbers.map(|number| number * number).sum::<f64>();
    let error = squares(&mut got.iter().zip(expected).map(|(got, expected)| f64::from(*got) - f64::from(*expected)));
    (error / squares(&mut expected.iter().map(|&expected| f64::from(expected)))).sqrt()
}

/// The line stands by itself, whatever the library has printed before it.
fn say(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    writeln!(output, "\n{}", serde_json::to_string(answer)?)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn differences_are_relative() {
        assert_eq!(difference(&[3.0, 5.0], &[3.0, 4.0]), 0.2);
        assert!(difference(&[f32::NAN], &[1.0]).is_nan());
    }
}

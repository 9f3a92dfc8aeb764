//! The library, as the program sees it that times it: in a worker process.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use quantmark_kernels::{Available, Format, Operation, strongest};

use super::{NAME, Pin, VARIANT};
use crate::implementation::Implementation;
use crate::process::WorkerProgram;
use crate::protocol::Named;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::remote::Remote;
use crate::timing::{Task, Timed};

/// Time that a worker may take for an answer: the slowest product takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Turns that idle threads of the library wait for work, about a millisecond: its own choice is some twenty, in which
/// they would take a core from the other side's sample.
const SPINS: (&str, &str) = ("GOMP_SPINCOUNT", "10000");

/// The library in a worker process.
pub struct Far {
    name: String,
    remote: Remote,
}

impl Far {
    /// The library at a path, opened by workers that are this very program.
    ///
    /// # Errors
    /// The system does not say where the program is.
    pub fn new(library: PathBuf) -> io::Result<Self> {
        Ok(Self::with(library, WorkerProgram::current()?, PATIENCE))
    }

    /// The library at a path, opened by such workers.
    fn with(library: PathBuf, worker: WorkerProgram, patience: Duration) -> Self {
        let name = format!("{NAME}-{VARIANT}");
        let named = Named { name: name.clone(), libraries: Some(library) };
        Self { name, remote: Remote { named, worker, environment: vec![SPINS], patience } }
    }
}

impl Implementation for Far {
    fn name(&self) -> &str {
        &self.name
    }

    fn supports(&self, _: Format, operation: Operation) -> bool {
        operation == Operation::Matmul
    }

    fn receipt(&self) -> Receipt {
        Receipt { name: NAME.to_owned(), version: Pin::load().package, variant: VARIANT.to_owned() }
    }

    fn prepare<'a>(&'a self, task: &Task<'a>) -> Result<Box<dyn Timed + 'a>, Refusal> {
        if task.operation != Operation::Matmul {
            return Err(Refusal("it is asked for products with a batch only".to_owned()));
        }
        let repeated = self.remote.prepare(task)?;
        let off = difference(repeated.answered(), &ours(task)?);
        let bar = Pin::load().difference;
        if !off.is_finite() {
            return Err(Refusal("its product has infinities or NaN".to_owned()));
        }
        if off > bar {
            return Err(Refusal(format!("its product is another: {off:.3} off, {bar} allowed")));
        }
        Ok(Box::new(repeated))
    }
}

/// The product that our own strongest kernels come to.
fn ours(task: &Task<'_>) -> Result<Vec<f32>, Refusal> {
    let kernels = strongest(task.format, Available::strongest(None), Operation::Matmul)
        .ok_or_else(|| Refusal(format!("{} has no product", task.format)))?;
    let mut product = vec![0.0; task.shape.rows * task.shape.batch];
    kernels.matmul(task.shape, &task.data.weights[0][..], task.data.activations, &mut product)?;
    Ok(product)
}

/// Root mean square of the difference over that of what is expected.
fn difference(got: &[f32], expected: &[f32]) -> f64 {
    let squares = |numbers: &mut dyn Iterator<Item = f64>| numbers.map(|number| number * number).sum::<f64>();
    let error = squares(&mut got.iter().zip(expected).map(|(got, expected)| f64::from(*got) - f64::from(*expected)));
    (error / squares(&mut expected.iter().map(|&expected| f64::from(expected)))).sqrt()
}

#[cfg(test)]
mod tests {
    use quantmark_kernels::{Backend, MatmulShape, kernels};

    use super::*;
    use crate::timing::{Data, Placed, Role};

    /// What becomes of a product of one where a shell script is the worker; `$ready` and `$took` answer for it.
    fn with(script: &str) -> (Result<f64, String>, Option<String>) {
        let answers = r#"ready='{"answer":"ready","numbers":1}'; took='{"answer":"took","nanoseconds":500}'; "#;
        let arguments = vec!["-c".to_owned(), format!("{answers}{script}")];
        let worker = WorkerProgram { program: "/bin/sh".into(), arguments };
        let far = Far::with("nowhere.so".into(), worker, Duration::from_secs(2));
        let scalar = Backend::Scalar.detect().unwrap();
        let ones = [1.0; 32];
        let [mut weights, mut activations] = [Format::Q8_0; 2].map(|format| vec![0; format.row_bytes(32).unwrap()]);
        for blocks in [&mut weights, &mut activations] {
            kernels(Format::Q8_0, scalar).unwrap().quantize(&ones, blocks).unwrap();
        }
        let weights = [Placed::new(Role::Input, &weights)];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let data =
            Data { source: &ones, importance: &[], weights: &weights, numbers: &ones, activations: &activations };
        let shape = MatmulShape { rows: 1, cols: 32, batch: 1 };
        let task = Task { operation: Operation::Matmul, format: Format::Q8_0, shape, pool: &pool, data };
        match far.prepare(&task) {
            Ok(mut product) => (Ok(product.time(2)), product.failure().map(str::to_owned)),
            Err(refusal) => (Err(refusal.0), None),
        }
    }

    /// The product 32, as it follows its answer.
    const PRODUCT: &str = r#"read a; echo noise; echo "$ready"; printf '\0\0\0\102'; "#;

    #[test]
    fn what_the_library_prints_is_passed_over() {
        let (time, failure) = with(&format!(r#"{PRODUCT} echo "$took"; cat >/dev/null"#));
        assert_eq!((time, failure), (Ok(250e-9), None));
    }

    #[test]
    fn a_worker_that_ends_early_is_one_line() {
        let reason = |script: &str| with(script).0.unwrap_err();
        assert_eq!(reason("kill -SEGV $$"), "the worker ended: SIGSEGV");
        assert_eq!(reason("echo; echo first; echo more >&2; exit 7"), "the worker ended: exit code 7: more");
        assert_eq!(reason("exec sleep 60"), "the worker said nothing for 2 s and was ended");
        assert_eq!(reason(r#"echo '{"answer":"refused","reason":"no"}'"#), "no");
        assert!(reason(r#"echo "$ready"; printf '\0\0\0\100'"#).starts_with("its product is another: 0.93"));
        assert!(reason(r#"echo "$ready"; printf '\0\0\300\177'"#).contains("NaN"));
    }

    #[test]
    fn a_worker_that_dies_between_samples_says_so() {
        let (time, failure) = with(&format!("{PRODUCT} read b; kill -ABRT $$"));
        assert_eq!((time, failure.as_deref()), (Ok(f64::INFINITY), Some("the worker ended: SIGABRT")));
    }

    #[test]
    fn differences_are_relative() {
        assert_eq!(difference(&[3.0, 5.0], &[3.0, 4.0]), 0.2);
        assert!(difference(&[f32::NAN], &[1.0]).is_nan());
    }
}

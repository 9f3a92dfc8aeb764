//! Fresh random inputs, answered by the live libraries.
//!
//! The inputs are those of the reference suite's kinds, with other shapes, importances and activations; from one seed
//! they are always the same.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use quantmark_implementations::llama_cpp::install::host_platform;
use quantmark_implementations::llama_cpp::{CpuVariant, Oracle, OracleError};
use quantmark_implementations::protocol::Against;
use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, Importance, Operation};
use quantmark_record::schema::Level;
use quantmark_reference::file;
use quantmark_reference::generate::{Authority, answer};
use quantmark_reference::generator::cases::{Activation, CaseSpec, cases as suite};
use quantmark_reference::generator::importance::ImportanceRow;
use quantmark_reference::generator::random::Random;

use super::case::{Case, Verdict};
use super::{compare, golden, product};

/// The plainest build: its dot products and activation quantizers are the reference.
const PLAINEST: &str = if cfg!(target_arch = "x86_64") { "x64" } else { "armv8.0_1" };

/// The libraries, opened when the first case needs them.
struct Libraries {
    directory: PathBuf,
    seed: u64,
    opened: OnceCell<Result<Opened, String>>,
}

struct Opened {
    base: Oracle,
    cpu: CpuVariant,
    best: Option<CpuVariant>,
}

impl Libraries {
    fn get(&self) -> Result<&Opened, Refusal> {
        let open = || {
            let base = Oracle::open(&self.directory)?;
            let cpu = CpuVariant::open(&self.directory, PLAINEST)?;
            let variants =
                variants(&self.directory).into_iter().filter_map(|name| CpuVariant::open(&self.directory, &name).ok());
            Ok(Opened { base, cpu, best: variants.max_by_key(CpuVariant::score) })
        };
        let opened = self.opened.get_or_init(|| open().map_err(|error: OracleError| error.to_string()));
        opened.as_ref().map_err(|error| Refusal(error.clone()))
    }
}

/// The names of the CPU builds in a folder.
fn variants(directory: &Path) -> Vec<String> {
    let files = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let name = |path: PathBuf| path.file_stem()?.to_str()?.strip_prefix("libggml-cpu-").map(str::to_owned);
    files.filter_map(name).collect()
}

/// One input, answered when the first of its cases runs.
struct Input {
    libraries: Rc<Libraries>,
    format: Format,
    spec: CaseSpec,
    answered: OnceCell<Arc<file::Case>>,
}

impl Input {
    fn answer(&self) -> Result<Arc<file::Case>, Refusal> {
        if let Some(answered) = self.answered.get() {
            return Ok(Arc::clone(answered));
        }
        let opened = self.libraries.get()?;
        let authority = Authority { base: &opened.base, cpu: &opened.cpu, platform: host_platform() };
        let case = Arc::new(answer(&authority, self.format, &self.spec, self.libraries.seed)?);
        Ok(Arc::clone(self.answered.get_or_init(|| case)))
    }
}

/// The cases of a format; the libraries are asked when they run.
pub fn cases(format: Format, against: &Against, limit: Duration) -> Vec<Case> {
    let libraries =
        Rc::new(Libraries { directory: against.oracle.clone(), seed: against.seed, opened: OnceCell::new() });
    let kinds: Vec<CaseSpec> =
        suite().into_iter().filter(|spec| !spec.except.iter().any(|name| name == format.name())).collect();
    let mut random = Random::named(against.seed, &["against", format.name()]);
    let mut all = vec![layout(format, &libraries, limit)];
    for index in 0..against.cases {
        let spec = fresh(format, index, &kinds, &mut random);
        let input =
            Rc::new(Input { libraries: Rc::clone(&libraries), format, spec: spec.clone(), answered: OnceCell::new() });
        let weighted = spec.importance.is_some() || format.spec().importance == Importance::Required;
        let quantize = if weighted { Operation::QuantizeWeighted } else { Operation::Quantize };
        let mut operations = vec![(Level::L1, Operation::Dequantize)];
        if spec.weights.is_some() {
            operations.push((Level::L2, quantize));
        }
        if let Some(activation) = format.spec().activation {
            let products = [Operation::Dot, Operation::Matvec, Operation::Matmul];
            operations.extend(products.map(|operation| (Level::L3, operation)));
            all.push(activation_case(activation, &input, limit));
            all.push(simd_case(&input, limit));
        }
        for (level, operation) in operations {
            let input = Rc::clone(&input);
            let check = move |subject: &dyn Implementation| {
                ask(format, input.answer()?, level, operation, false, limit, subject)
            };
            all.push(Case {
                hunts: Some(spec.hunts.clone()),
                ..Case::new(level, format, operation, &spec.name, limit, check)
            });
        }
    }
    all
}

/// One of the suite's kinds with another shape, importance and activation.
fn fresh(format: Format, index: usize, kinds: &[CaseSpec], random: &mut Random) -> CaseSpec {
    let mut spec = kinds[random.below(kinds.len() as u32) as usize].clone();
    spec.name = format!("against.{index}.{}", spec.name);
    spec.cols = 256 * (1 + random.below(6) as usize);
    spec.rows = 1 + random.below(4) as usize;
    let rows = [
        None,
        Some(ImportanceRow::Varied),
        Some(ImportanceRow::Zeros),
        Some(ImportanceRow::Tiny),
        Some(ImportanceRow::OneHot),
        Some(ImportanceRow::ZeroBlocks),
    ];
    let importance = rows[random.below(rows.len() as u32) as usize];
    spec.importance = importance.filter(|_| spec.weights.is_some() && format.spec().importance != Importance::Ignored);
    let activations = [
        Activation::Gaussian,
        Activation::HeavyTailed,
        Activation::Positive,
        Activation::LargePositive,
        Activation::Ties,
    ];
    spec.activation = activations[random.below(activations.len() as u32) as usize];
    spec
}

/// Asks one question of the answered case.
fn ask(
    format: Format,
    answered: Arc<file::Case>,
    level: Level,
    operation: Operation,
    activation: bool,
    limit: Duration,
    subject: &dyn Implementation,
) -> Result<Verdict, Refusal> {
    let questions = golden::cases(format, "live", answered, limit);
    let asked = questions.iter().find(|question| {
        question.level == level
            && question.operation == operation
            && question.name.ends_with(".activation") == activation
    });
    match asked {
        Some(question) => (question.check)(subject),
        None => Ok(Verdict::Skip("llama.cpp has no answer to this".to_owned())),
    }
}

fn layout(format: Format, libraries: &Rc<Libraries>, limit: Duration) -> Case {
    let libraries = Rc::clone(libraries);
    Case::new(Level::L0, format, Operation::Dequantize, "against.layout", limit, move |_| {
        let spec = format.spec();
        let (bytes, len) = libraries.get()?.base.layout(format);
        Ok(if (bytes, len) == (spec.block_bytes, spec.block_len) {
            Verdict::Pass
        } else {
            Verdict::Invalid(format!("llama.cpp has {bytes} bytes for {len} weights, our table {spec:?}"))
        })
    })
}

fn activation_case(activation: Format, input: &Rc<Input>, limit: Duration) -> Case {
    let input = Rc::clone(input);
    let (format, name) = (input.format, format!("{}.activation", input.spec.name));
    let mut case = Case::new(Level::L2, format, Operation::Quantize, name, limit, move |subject| {
        ask(format, input.answer()?, Level::L2, Operation::Quantize, true, limit, subject)
    });
    case.kernel = activation;
    case
}

/// L4: how far llama.cpp's own SIMD build is from the exact value, beside the bound. Information, never a failure.
fn simd_case(input: &Rc<Input>, limit: Duration) -> Case {
    let input = Rc::clone(input);
    let (format, name) = (input.format, format!("{}.simd", input.spec.name));
    Case::new(Level::L4, format, Operation::Dot, name, limit, move |subject| {
        let opened = input.libraries.get()?;
        let Some(best) = &opened.best else {
            return Ok(Verdict::Skip("none of llama.cpp's SIMD builds runs here".to_owned()));
        };
        let answered = input.answer()?;
        let (Some(weights), Some(activation)) = (&answered.quantized, &answered.activation_quantized) else {
            return Ok(Verdict::Skip("llama.cpp has no answer to this".to_owned()));
        };
        let shape = quantmark_kernels::MatmulShape { rows: answered.rows, cols: answered.cols, batch: 1 };
        let dot = best.dot(format)?;
        if Some(dot.activation_format()) != format.spec().activation {
            return Ok(Verdict::Note(format!("{} takes {} activations", best.name(), dot.activation_format())));
        }
        let truths = product::truths(format, dot.activation_format(), shape, weights, activation)?;
        let (mut outside, mut furthest) = (0, Some(0));
        for (row, truth) in weights.chunks_exact(weights.len() / answered.rows).zip(&truths) {
            let theirs = dot.call(answered.cols, row, activation)?;
            let ours = subject.dot(format, answered.cols, row, activation)?;
            outside += usize::from(!truth.admits(theirs));
            furthest = furthest.max(compare::ulp_distance(ours, theirs));
        }
        let distance = furthest.map_or("NaN".to_owned(), |ulp| format!("{ulp} ULP"));
        Ok(Verdict::Note(format!(
            "llama.cpp {}: {distance} from ours at most, {outside} of {} outside the bound",
            best.name(),
            truths.len()
        )))
    })
}

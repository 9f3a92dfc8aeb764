//! The lines of a run record. A record is a header, any number of results, and a footer; without the footer the run
//! was cut short.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of this schema; a reader refuses what is newer.
pub const SCHEMA_VERSION: u32 = 1;

/// One line of `run.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// First line: what runs, where.
    Header(Box<Header>),
    /// A conformance case.
    Case(Box<CaseResult>),
    /// What a format makes of known layer shapes.
    Size(SizeRow),
    /// A timing.
    Measurement(Box<Measurement>),
    /// A model in a file type: size, quality, speed.
    Model(Box<ModelRow>),
    /// The run was cut short before this line and went on here.
    Resumed(Resumed),
    /// Last line.
    Footer(Footer),
}

impl Line {
    /// What names the result among the results of its record; `None` for lines that are not results.
    pub fn id(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Case(case) => Some(Cow::Borrowed(&case.id)),
            Self::Size(row) => Some(Cow::Owned(row.id())),
            Self::Measurement(measurement) => Some(Cow::Borrowed(&measurement.id)),
            Self::Model(row) => Some(Cow::Borrowed(&row.id)),
            Self::Header(_) | Self::Resumed(_) | Self::Footer(_) => None,
        }
    }
}

impl From<CaseResult> for Line {
    fn from(case: CaseResult) -> Self {
        Self::Case(Box::new(case))
    }
}

impl From<SizeRow> for Line {
    fn from(row: SizeRow) -> Self {
        Self::Size(row)
    }
}

impl From<Measurement> for Line {
    fn from(measurement: Measurement) -> Self {
        Self::Measurement(Box::new(measurement))
    }
}

impl From<ModelRow> for Line {
    fn from(row: ModelRow) -> Self {
        Self::Model(Box::new(row))
    }
}

/// What runs, where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// [`SCHEMA_VERSION`] of the writer.
    pub schema: u32,
    /// Names the run: device and start time.
    pub run: String,
    /// Start, RFC 3339, UTC.
    pub started: String,
    /// The command's words.
    pub command: Vec<String>,
    /// The suites asked for.
    pub suites: Vec<String>,
    /// Everything that decides what is run: two records with equal plans can be compared and resumed.
    pub plan: Vec<String>,
    /// The machine and the build.
    pub environment: Environment,
    /// What is checked and timed, ours first.
    pub implementations: Vec<Implementation>,
}

/// The machine and the build.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Environment {
    /// Name of the device in the lab; the host's name where it has no other.
    pub device: String,
    /// Target triple of the program.
    pub target: String,
    /// Whether an emulator runs the program; its timings are then no speed.
    pub emulated: bool,
    /// CPU model.
    pub cpu: String,
    /// Instruction set extensions that matter to kernels.
    pub features: Vec<String>,
    /// Physical cores.
    pub physical_cores: usize,
    /// Logical cores.
    pub logical_cores: usize,
    /// Data caches, smallest first, in bytes.
    pub caches: Vec<u64>,
    /// Memory in bytes.
    pub memory: u64,
    /// Operating system and kernel.
    pub os: String,
    /// CPU frequency governor, where the system tells.
    pub governor: Option<String>,
    /// Clock in MHz at the start, where the system tells.
    pub clock_mhz: Option<u64>,
    /// Hottest sensor in degrees Celsius at the start, where the system tells.
    pub temperature: Option<f32>,
    /// Other load at the start: one-minute average.
    pub load: Option<f64>,
    /// Compiler version.
    pub compiler: String,
    /// Compiler flags and profile.
    pub flags: String,
    /// Commit that the program was built from.
    pub commit: Option<String>,
    /// Whether the tree had changes beyond the commit.
    pub dirty: Option<bool>,
    /// SHA-256 of the program's own file in hex: tells builds apart that the commit does not.
    pub program: Option<String>,
}

/// Something that is checked or timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Implementation {
    /// Name: `quantmark` or `llama.cpp`.
    pub name: String,
    /// Version, as it says itself.
    pub version: String,
    /// Backend or build variant.
    pub variant: String,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The bar held.
    Pass,
    /// The bar did not hold.
    Fail,
    /// A crash, a signal, a refusal.
    Error,
    /// Took longer than its limit.
    Timeout,
    /// The backend has no such kernel.
    Unsupported,
    /// Not run, for the reason given.
    Skipped,
    /// Listed as a known failure, and failed.
    ExpectedFail,
    /// Listed as a known failure, and passed: the list is wrong.
    UnexpectedPass,
}

impl State {
    /// Whether the state makes a run fail.
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Fail | Self::Error | Self::Timeout | Self::UnexpectedPass => true,
            Self::Pass | Self::Unsupported | Self::Skipped | Self::ExpectedFail => false,
        }
    }

    /// The state's name in records and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Timeout => "timeout",
            Self::Unsupported => "unsupported",
            Self::Skipped => "skipped",
            Self::ExpectedFail => "expected_fail",
            Self::UnexpectedPass => "unexpected_pass",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a case asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Level {
    /// Block length, bytes, field offsets, row size.
    L0,
    /// Decoding, bit for bit.
    L1,
    /// Quantizing, byte for byte.
    L2,
    /// Dot, matvec and matmul within the derived bound.
    L3,
    /// Against the reference's own SIMD; information.
    L4,
    /// Whole models.
    L5,
}

impl Level {
    /// The level's name in records and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
            Self::L4 => "L4",
            Self::L5 => "L5",
        }
    }

    /// What the level asks, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::L0 => "layout",
            Self::L1 => "dequantize",
            Self::L2 => "quantize",
            Self::L3 => "dot, matvec, matmul",
            Self::L4 => "reference SIMD",
            Self::L5 => "models",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One conformance case on one backend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseResult {
    /// Names the case: `LEVEL/format/backend/operation/case`; unique in a record.
    pub id: String,
    /// What is asked.
    pub level: Level,
    /// ggml's name of the format.
    pub format: String,
    /// Backend asked.
    pub backend: String,
    /// Operation.
    pub operation: String,
    /// Name of the case within its suite.
    pub case: String,
    /// How it ended.
    pub state: State,
    /// Why it was skipped, unsupported, or ended in an error; in which circumstances it failed and what it hunts; what
    /// else there is to tell of a pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What went wrong, where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<Diagnosis>,
    /// Seconds it took.
    pub seconds: f64,
}

/// The first wrong element of a failed case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnosis {
    /// Index of the element: a weight for L1, a byte for L2, an output for L3.
    pub element: u64,
    /// How many elements are wrong, of how many.
    pub wrong: u64,
    /// Elements in all.
    pub total: u64,
    /// Index of its block.
    pub block: u64,
    /// The block's bytes in hex; for L2 the expected ones.
    pub block_hex: String,
    /// The block's fields, decoded for reading.
    pub block_decoded: String,
    /// What it must be.
    pub expected: String,
    /// What it is.
    pub got: String,
    /// Distance in units in the last place, where both are numbers.
    pub ulp: Option<u64>,
    /// The bound that was exceeded and its derivation, for L3.
    pub bound: Option<String>,
    /// The command that shows it again.
    pub reproduce: String,
}

/// What a format makes of known layer shapes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SizeRow {
    /// ggml's name of the format.
    pub format: String,
    /// Weights a block.
    pub block_len: usize,
    /// Bytes a block.
    pub block_bytes: usize,
    /// Bits a weight, scales included.
    pub bits_per_weight: f64,
    /// Layers of well-known models.
    pub layers: Vec<LayerSize>,
}

impl SizeRow {
    /// Names the row: `size/format`; unique in a record.
    pub fn id(&self) -> String {
        format!("size/{}", self.format)
    }
}

/// A layer of a model in a format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LayerSize {
    /// Model and layer.
    pub layer: String,
    /// Rows.
    pub rows: u64,
    /// Weights a row.
    pub cols: u64,
    /// Bytes; absent where a row is not a whole number of blocks.
    pub bytes: Option<u64>,
}

/// The shape that was timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Shape {
    /// Rows of weights.
    pub rows: u64,
    /// Weights a row.
    pub cols: u64,
    /// Activations.
    pub batch: u64,
}

impl Shape {
    /// Weights read, once for each activation; the largest number where they are more.
    pub const fn weights(&self) -> u64 {
        self.rows.saturating_mul(self.cols).saturating_mul(self.batch)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.rows, self.cols, self.batch)
    }
}

/// A timing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measurement {
    /// Names the measurement: `suite/operation/format/backend/threads/shape`; unique in a record.
    pub id: String,
    /// Suite.
    pub suite: String,
    /// Operation.
    pub operation: String,
    /// ggml's name of the format.
    pub format: String,
    /// Backend that ran.
    pub backend: String,
    /// Threads.
    pub threads: usize,
    /// Shape.
    pub shape: Shape,
    /// Unit of every number here: `weights/s`, `bytes/s`, `tokens/s`.
    pub unit: String,
    /// Median of the samples.
    pub median: f64,
    /// Median absolute deviation of the samples.
    pub mad: f64,
    /// Lower end of the 95 % bootstrap interval of the median.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Every sample, in order.
    pub samples: Vec<f64>,
    /// Looks that the samples were taken in, as many in each: apart in time and with buffers made anew. What differs from
    /// look to look will differ from run to run.
    #[serde(default = "one_look", skip_serializing_if = "is_one_look")]
    pub looks: usize,
    /// Bytes of quantized weights a second at the median.
    pub quantized_bytes_per_second: Option<f64>,
    /// That as a share of the measured read bandwidth of memory, for working sets beyond the last cache.
    pub share_of_roof: Option<f64>,
    /// The same work by another implementation, interleaved.
    pub against: Option<Against>,
    /// What the whole measurement gave each time that it was taken again, because it stood out in its history: the ratio
    /// where there is another side, else the median.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retakes: Vec<f64>,
    /// What its history says, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
}

const fn one_look() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_one_look(looks: &usize) -> bool {
    *looks == 1
}

/// The other side of an interleaved comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Against {
    /// Implementation.
    pub implementation: String,
    /// Its variant.
    pub variant: String,
    /// Median of its samples.
    pub median: f64,
    /// Every sample, in order.
    pub samples: Vec<f64>,
    /// Ours over theirs, a sample pair at a time; above 1 ours is faster.
    pub ratio: Interval,
}

/// What is said about a timing or a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A regression.
    Slower,
    /// An improvement.
    Faster,
    /// Within the floor or the noise.
    Same,
    /// Nothing can be said.
    NotJudged,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Slower => "slower",
            Self::Faster => "faster",
            Self::Same => "same",
            Self::NotJudged => "not judged",
        })
    }
}

/// What a series says of its newest value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The level before, in the series' unit; absent where the series is too short for one.
    pub level: Option<f64>,
    /// What was held against the level, over it: the value of this run, or the mean with runs before; above 1 it is
    /// faster.
    pub change: Option<f64>,
    /// What the change had to exceed, as a share.
    pub threshold: Option<f64>,
    /// Runs at the level before.
    pub runs: usize,
    /// Why there is no verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A model in a file type: size, quality, speed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelRow {
    /// Names the row: `models/MODEL/FILE_TYPE/BACKEND`; unique in a record.
    pub id: String,
    /// The model's name.
    pub model: String,
    /// File type, as llama-quantize names it.
    pub file_type: String,
    /// ggml's name of the format that most weights have.
    pub format: String,
    /// The strongest backend that ran; formats that it lacks ran on the next weaker one.
    pub backend: String,
    /// Threads.
    pub threads: usize,
    /// Bytes of all tensors.
    pub bytes: u64,
    /// Bits a weight, over all tensors.
    pub bits_per_weight: f64,
    /// SHA-256 of the file in hex.
    pub sha256: String,
    /// How perplexity was taken.
    pub protocol: String,
    /// SHA-256 in hex of the tokens that were scored, four bytes each.
    pub tokens_sha256: String,
    /// Windows of the text that were scored.
    pub windows: u64,
    /// Tokens of a window.
    pub context: u64,
    /// Whether columns were weighted by importance.
    pub importance: bool,
    /// Perplexity.
    pub perplexity: f64,
    /// Its standard error.
    pub perplexity_error: f64,
    /// Perplexity of the model before quantizing, on the same windows.
    pub base_perplexity: f64,
    /// Mean Kullback-Leibler divergence from the model before quantizing, in nats.
    pub kld_mean: f64,
    /// Its standard error.
    pub kld_error: f64,
    /// What 99 % of the predictions stay below.
    pub kld_99: f64,
    /// Share of predictions with the same token on top.
    pub same_top: f64,
    /// Tokens a second when 512 are read at once; absent where an emulator ran the program.
    pub pp512: Option<f64>,
    /// Tokens a second when 128 are read one after another; absent where an emulator ran the program.
    pub tg128: Option<f64>,
    /// The same model run by another implementation, in turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<ModelAgainst>,
}

/// The other side of a model's timings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelAgainst {
    /// Implementation.
    pub implementation: String,
    /// Its variant.
    pub variant: String,
    /// Its tokens a second when 512 are read at once.
    pub pp512: f64,
    /// Its tokens a second when 128 are read one after another.
    pub tg128: f64,
    /// Ours over theirs, look by look; above 1 ours is faster.
    pub pp512_ratio: Interval,
    /// The same of the other speed.
    pub tg128_ratio: Interval,
}

/// A median with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// Median.
    pub median: f64,
    /// Lower end, 95 %.
    pub low: f64,
    /// Upper end, 95 %.
    pub high: f64,
}

/// Counts of case states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Cases in all.
    pub total: u64,
    /// Passed.
    pub pass: u64,
    /// Failed, unexpected passes included.
    pub fail: u64,
    /// Ended in an error.
    pub error: u64,
    /// Took too long.
    pub timeout: u64,
    /// Without a kernel.
    pub unsupported: u64,
    /// Skipped.
    pub skipped: u64,
    /// Failed as listed.
    #[serde(default)]
    pub expected_fail: u64,
}

impl Summary {
    /// Counts one more case.
    pub const fn count(&mut self, state: State) {
        self.total += 1;
        let field = match state {
            State::Pass => &mut self.pass,
            State::Fail | State::UnexpectedPass => &mut self.fail,
            State::Error => &mut self.error,
            State::Timeout => &mut self.timeout,
            State::Unsupported => &mut self.unsupported,
            State::Skipped => &mut self.skipped,
            State::ExpectedFail => &mut self.expected_fail,
        };
        *field += 1;
    }

    /// The counts of both.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self {
            total: self.total + other.total,
            pass: self.pass + other.pass,
            fail: self.fail + other.fail,
            error: self.error + other.error,
            timeout: self.timeout + other.timeout,
            unsupported: self.unsupported + other.unsupported,
            skipped: self.skipped + other.skipped,
            expected_fail: self.expected_fail + other.expected_fail,
        }
    }

    /// Cases that ran.
    pub const fn ran(&self) -> u64 {
        self.pass + self.expected_fail + self.failures()
    }

    /// Cases that make the run fail.
    pub const fn failures(&self) -> u64 {
        self.fail + self.error + self.timeout
    }
}

impl FromIterator<State> for Summary {
    fn from_iter<I: IntoIterator<Item = State>>(states: I) -> Self {
        let mut summary = Self::default();
        states.into_iter().for_each(|state| summary.count(state));
        summary
    }
}

/// Where a run that was cut short went on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resumed {
    /// When, RFC 3339, UTC.
    pub at: String,
    /// Seconds that the parts before took, as far as their last lines tell.
    pub seconds: f64,
    /// Bytes of an unfinished last line that were dropped.
    pub dropped: u64,
    /// Clock in MHz at this point, where the system tells.
    pub clock_mhz: Option<u64>,
    /// Hottest sensor in degrees Celsius at this point, where the system tells.
    pub temperature: Option<f32>,
    /// Other load at this point: one-minute average.
    pub load: Option<f64>,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Footer {
    /// End, RFC 3339, UTC.
    pub finished: String,
    /// Seconds from start to end, over all parts of a resumed run.
    pub seconds: f64,
    /// Counts of the cases.
    pub summary: Summary,
    /// Number of measurements.
    pub measurements: u64,
    /// Number of models.
    #[serde(default)]
    pub models: u64,
    /// Clock in MHz at the end, where the system tells.
    pub clock_mhz: Option<u64>,
    /// Hottest sensor in degrees Celsius at the end, where the system tells.
    pub temperature: Option<f32>,
}

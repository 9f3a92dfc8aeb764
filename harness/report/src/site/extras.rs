//! What comes to the pages from elsewhere than a record: how series went.

/// One number of a device over its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The device, as its records name it.
    pub device: String,
    /// What was measured: `matvec q4_K avx2, 2 threads`.
    pub name: String,
    /// The unit of the values.
    pub unit: String,
    /// Start of the run and value, in the order of time.
    pub points: Vec<(String, f64)>,
    /// What the series' own noise says of its last value, in a few words.
    pub verdict: Option<String>,
}

/// What the pages show beside the records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extras {
    /// Series of any devices.
    pub series: Vec<Series>,
}

//! What of a machine changes while it works, as a record holds it.

/// What changes while the machine works, where the system tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Conditions {
    /// Clock of the fastest core in MHz.
    pub clock_mhz: Option<u64>,
    /// Hottest sensor in degrees Celsius.
    pub temperature: Option<f32>,
    /// One-minute load average.
    pub load: Option<f64>,
}

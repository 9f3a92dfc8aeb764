//! `--device` and what belongs to it.

use std::path::PathBuf;

use quantmark_lab::devices::{Ask, Place, resolve};

use super::Failure;

/// Where a command runs.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DeviceArgs {
    /// Device or board to run on; `devices` lists them [default: this machine]
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Lab file, which names boards [default: lab.toml where there is one]
    #[arg(long, value_name = "FILE", env = "QUANTMARK_LAB", hide_env_values = true)]
    pub lab: Option<PathBuf>,
    /// Machine that stands for the device, as ssh knows it
    #[arg(long, value_name = "[USER@]HOST", requires = "device")]
    pub host: Option<String>,
    /// The program for the device, instead of building it now
    #[arg(long, value_name = "FILE", requires = "device")]
    pub program: Option<PathBuf>,
}

impl DeviceArgs {
    /// The device asked for, which is said in one line; `None` where none is.
    ///
    /// # Errors
    /// There is none of that name, or it cannot run.
    pub fn place(&self) -> Result<Option<Place>, Failure> {
        let Some(name) = &self.device else { return Ok(None) };
        let place = resolve(&Ask { name: name.clone(), lab: self.lab.clone(), host: self.host.clone() })?;
        eprintln!("{}", place.describe());
        Ok(Some(place))
    }
}

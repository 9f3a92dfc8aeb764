//! The shaders on the emulator.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use bytemuck::{cast_slice, cast_slice_mut};
use quantmark_kernels::Format;
use quantmark_kernels::metal::launch::Launch;
use quantmark_kernels::metal::source::source;
use quantmark_metal_emulator::{Buffer, Compiler, Mode, Program};
use quantmark_packages::cache::cache;

use super::Runner;

/// The emulator, with the programs that it has compiled so far.
pub struct Emulator {
    compiler: Compiler,
    mode: Mode,
    edit: Box<dyn Fn(Format, String) -> String>,
    programs: RefCell<BTreeMap<Format, Program>>,
}

impl Emulator {
    /// The emulator of the shaders as they are.
    ///
    /// # Errors
    /// There is no compiler.
    pub fn new(mode: Mode) -> Result<Self, String> {
        Self::of(mode, |_, source| source)
    }

    /// The emulator of shaders that are changed first: tests plant mistakes in them.
    ///
    /// # Errors
    /// There is no compiler.
    pub fn of(mode: Mode, edit: impl Fn(Format, String) -> String + 'static) -> Result<Self, String> {
        let compiler = Compiler::find().map_err(|missing| missing.to_string())?;
        Ok(Self { compiler, mode, edit: Box::new(edit), programs: RefCell::default() })
    }
}

impl Runner for Emulator {
    fn run(
        &self,
        format: Format,
        launch: &Launch,
        weights: &[u8],
        activations: &[f32],
        out: &mut [f32],
    ) -> Result<(), String> {
        let mut programs = self.programs.borrow_mut();
        let program = match programs.entry(format) {
            Entry::Occupied(compiled) => compiled.into_mut(),
            Entry::Vacant(place) => {
                let source = (self.edit)(format, source(format));
                let cache = cache().map_err(|failure| failure.to_string())?.join("metal-emulator");
                let program = Program::compile(&self.compiler, &source, self.mode, &cache);
                place.insert(program.map_err(|failure| failure.to_string())?)
            }
        };
        let mut buffers = vec![Buffer::Input(weights)];
        if launch.is_product {
            buffers.push(Buffer::Input(cast_slice(activations)));
        }
        buffers.push(Buffer::Output(cast_slice_mut(out)));
        program.run(launch, &mut buffers).map_err(|failure| failure.to_string())
    }
}

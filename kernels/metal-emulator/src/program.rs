//! A shader, compiled to a program that runs its kernels.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use quantmark_kernels::metal::launch::{Constant, Launch};
use sha2::{Digest, Sha256};

use crate::compiler::Compiler;
use crate::failure::Failure;
use crate::process::Process;
use crate::translate::{Target, translate};

/// The files of `shim/`.
const SHIM: [(&str, &str); 4] = [
    ("metal_stdlib", include_str!("../shim/metal_stdlib")),
    ("runtime.h", include_str!("../shim/runtime.h")),
    ("runtime.cpp", include_str!("../shim/runtime.cpp")),
    ("driver.cpp", include_str!("../shim/driver.cpp")),
];

/// Decoding rounds after each operation, half is half, and the rest keeps quiet what is not C++ but Metal.
const FLAGS: [&str; 12] = [
    "-O2",
    "-ffp-contract=off",
    "-Xclang",
    "-ffloat16-excess-precision=none",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unknown-attributes",
    "-Wno-unknown-pragmas",
    "-Wno-duplicate-decl-specifier",
    "-Wno-unused-function",
    "-Wno-unused-const-variable",
];

/// Instructions that every x86-64 machine of the last decade has: f16 conversions and fma in one step.
#[cfg(target_arch = "x86_64")]
const MACHINE: &[&str] = &["-mavx2", "-mfma", "-mf16c"];
#[cfg(not(target_arch = "x86_64"))]
const MACHINE: &[&str] = &[];

/// Orders of lanes that every call is run in: forward, backward, shuffled.
const ORDERS: u32 = 3;

/// How a program is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Fast, buffers between guard pages.
    Guarded,
    /// With clang's address and undefined behaviour sanitizers: arrays of lanes and threadgroups are checked too.
    Sanitized,
}

/// A buffer of a call.
#[derive(Debug)]
pub enum Buffer<'a> {
    /// Bytes that the kernel may read.
    Input(&'a [u8]),
    /// Bytes that it may write; they hold what it wrote afterwards.
    Output(&'a mut [u8]),
}

/// A shader that can be run.
#[derive(Debug)]
pub struct Program {
    process: Process,
}

impl Program {
    /// Compiles a shader, unless `cache` holds it already. Its address spaces are checked at the same time.
    ///
    /// # Errors
    /// It does not compile, or its pointers mix address spaces.
    pub fn compile(compiler: &Compiler, source: &str, mode: Mode, cache: &Path) -> Result<Self, Failure> {
        let code = translate(source, Target::Run)?;
        let strict = translate(source, Target::AddressSpaces)?;
        let runtime = cache.join(format!("runtime-{}.o", digest(compiler, mode, [])));
        let program = cache.join(format!("shader-{}", digest(compiler, mode, [&code, &strict])));
        if !program.is_file() {
            if !runtime.is_file() {
                in_folder(cache, &runtime, |folder| build_runtime(compiler, mode, folder))?;
            }
            in_folder(cache, &program, |folder| build(compiler, mode, &code, &strict, &runtime, folder))?;
        }
        Ok(Self { process: Process::new(program) })
    }

    /// Runs a kernel in several orders of its lanes. The launch's shape is the last buffer.
    ///
    /// # Errors
    /// The kernel breaks a rule, or the results of the orders differ.
    pub fn run(&mut self, launch: &Launch, buffers: &mut [Buffer<'_>]) -> Result<(), Failure> {
        let mut request = Vec::new();
        let put = |request: &mut Vec<u8>, number: u32| request.extend(number.to_le_bytes());
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("names and constants are short");
        put(&mut request, ORDERS);
        put(&mut request, length(launch.kernel.as_bytes()));
        request.extend(launch.kernel.as_bytes());
        put(&mut request, u32::try_from(launch.constants.len()).expect("few"));
        for &(id, constant) in &launch.constants {
            let bytes = match constant {
                Constant::U16(value) => value.to_le_bytes().to_vec(),
                Constant::Bool(value) => vec![u8::from(value)],
            };
            put(&mut request, id);
            put(&mut request, length(&bytes));
            request.extend(bytes);
        }
        launch.threadgroups.iter().chain(&launch.threads).for_each(|&size| put(&mut request, size));
        // No kernel here takes threadgroup memory as an argument.
        put(&mut request, 0);
        put(&mut request, u32::try_from(buffers.len() + 1).expect("few"));
        let mut add = |writable: bool, bytes: &[u8]| {
            put(&mut request, u32::from(writable));
            request.extend((bytes.len() as u64).to_le_bytes());
            request.extend(bytes);
        };
        for buffer in buffers.iter() {
            match buffer {
                Buffer::Input(bytes) => add(false, bytes),
                Buffer::Output(bytes) => add(true, bytes),
            }
        }
        add(false, bytemuck::bytes_of(&launch.shape));
        let outputs = buffers.iter_mut().filter_map(|buffer| match buffer {
            Buffer::Input(_) => None,
            Buffer::Output(bytes) => Some(&mut **bytes),
        });
        self.process.call(&request, outputs)
    }
}

/// What a program depends on.
fn digest<const N: usize>(compiler: &Compiler, mode: Mode, code: [&str; N]) -> String {
    let mut hash = Sha256::new();
    let flags = FLAGS.iter().chain(MACHINE).copied();
    let texts = SHIM.iter().map(|(_, text)| *text).chain(flags).chain(code);
    for text in texts.chain([compiler.version(), &format!("{mode:?}")]) {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hex::encode(&hash.finalize()[..16])
}

/// Makes a file of the cache in a folder of its own. It appears whole or not at all: another process may be making it too.
fn in_folder(
    cache: &Path,
    destination: &Path,
    make: impl FnOnce(&Path) -> Result<PathBuf, Failure>,
) -> Result<(), Failure> {
    fs::create_dir_all(cache).map_err(Failure::system(format!("{}", cache.display())))?;
    let folder = tempfile::Builder::new().prefix("metal-").tempdir_in(cache);
    let folder = folder.map_err(Failure::system(format!("{}", cache.display())))?;
    let made = make(folder.path())?;
    fs::rename(&made, destination).map_err(Failure::system(format!("{}", destination.display())))
}

fn write(folder: &Path, files: &[(&str, &str)]) -> Result<(), Failure> {
    for (name, text) in SHIM.iter().chain(files) {
        fs::write(folder.join(name), text).map_err(Failure::system(format!("{}", folder.join(name).display())))?;
    }
    Ok(())
}

const fn sanitize(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Guarded => &[],
        Mode::Sanitized => &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g1"],
    }
}

/// What runs any shader, as one object. It is newer C++ than the shaders'.
fn build_runtime(compiler: &Compiler, mode: Mode, folder: &Path) -> Result<PathBuf, Failure> {
    write(folder, &[("all.cpp", "#include \"runtime.cpp\"\n#include \"driver.cpp\"\n")])?;
    let arguments = ["-std=c++17", "-DMSL_STRICT=0", "-c", "all.cpp", "-o", "runtime.o"];
    finish(start(compiler, folder, &[&arguments, sanitize(mode)].concat())?, "compiling what runs the shaders")?;
    Ok(folder.join("runtime.o"))
}

/// The program of a shader. The shader is C++14, as Metal is.
fn build(
    compiler: &Compiler,
    mode: Mode,
    code: &str,
    strict: &str,
    runtime: &Path,
    folder: &Path,
) -> Result<PathBuf, Failure> {
    write(folder, &[("shader.cpp", code), ("strict.cpp", strict)])?;
    let spaces = start(compiler, folder, &["-std=c++14", "-fsyntax-only", "-DMSL_STRICT=1", "strict.cpp"])?;
    let shader = ["-std=c++14", "-DMSL_STRICT=0", "-c", "shader.cpp", "-o", "shader.o"];
    let shader = start(compiler, folder, &[&shader, sanitize(mode)].concat())?;
    // Both are waited for, whichever fails.
    let (spaces, shader) = (finish(spaces, "checking address spaces"), finish(shader, "compiling the shader"));
    spaces.and(shader)?;
    let runtime = std::path::absolute(runtime).map_err(Failure::system(format!("{}", runtime.display())))?;
    let objects = ["shader.o", &runtime.to_string_lossy(), "-o", "program"];
    finish(start(compiler, folder, &[&objects, sanitize(mode)].concat())?, "linking")?;
    Ok(folder.join("program"))
}

fn start(compiler: &Compiler, folder: &Path, arguments: &[&str]) -> Result<Child, Failure> {
    let flags = FLAGS.iter().chain(MACHINE).chain(arguments).map(OsStr::new);
    Command::new(compiler.program())
        .args(flags)
        .args(["-I", "."])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Failure::system(format!("{}", compiler.program().display())))
}

fn finish(child: Child, step: &'static str) -> Result<(), Failure> {
    let output = child.wait_with_output().map_err(Failure::system(step))?;
    if output.status.success() {
        return Ok(());
    }
    let messages = String::from_utf8_lossy(&output.stderr).lines().take(12).collect::<Vec<_>>().join("\n");
    Err(Failure::Compiler { step, messages })
}

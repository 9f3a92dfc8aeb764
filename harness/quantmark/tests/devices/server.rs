//! An ssh server on the loopback of this machine, with keys made for it, and everything gone at its end.

use std::env;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use quantmark_lab::runner::Address;

/// A running server.
pub struct Server {
    folder: tempfile::TempDir,
    port: u16,
    child: Child,
}

/// Whether a thing must be there rather than skipped: `QUANTMARK_REQUIRE` names it.
pub fn required(name: &str) -> bool {
    env::var("QUANTMARK_REQUIRE").is_ok_and(|names| names.split(',').any(|each| each.trim() == name))
}

impl Server {
    /// Starts one; `None`, with the reason said, where this machine has no server and none is required.
    pub fn start() -> Option<Self> {
        let program = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].into_iter().find(|path| Path::new(path).is_file());
        let Some(program) = program else {
            assert!(!required("ssh"), "sshd is required and not installed: apt-get install openssh-server");
            eprintln!("skipped: sshd is not installed (`cargo xtask doctor` says what installs it)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        for key in ["host", "user"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(folder.path().join(key))
                .status()
                .unwrap();
            assert!(made.success());
        }
        fs::copy(folder.path().join("user.pub"), folder.path().join("authorized")).unwrap();
        // sshd insists on this folder where root starts it; elsewhere it is not looked at.
        let _ = fs::create_dir_all("/run/sshd");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let config = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile {}\nStrictModes no\n\
             UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n",
            at("host"),
            at("authorized"),
            at("pid")
        );
        fs::write(folder.path().join("config"), config).unwrap();
        let key = fs::read_to_string(folder.path().join("host.pub")).unwrap();
        fs::write(folder.path().join("known"), format!("[127.0.0.1]:{port} {key}")).unwrap();
        let child = Command::new(program)
            .args(["-D", "-e", "-f"])
            .arg(folder.path().join("config"))
            .stdin(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let server = Self { folder, port, child };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(30), "{}", server.log());
            sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    /// What the server said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// How it is reached.
    pub fn address(&self) -> Address {
        Address::new("127.0.0.1")
            .unwrap()
            .at_port(self.port)
            .with_identity(self.folder.path().join("user"))
            .with_options(self.options())
    }

    fn options(&self) -> Vec<String> {
        vec![format!("UserKnownHostsFile={}", self.folder.path().join("known").display())]
    }

    /// A lab file with this server as a board of `device`, whose runs lie below `folder`.
    pub fn lab_file(&self, name: &str, device: &str, folder: &Path) -> PathBuf {
        let path = self.folder.path().join("lab.toml");
        let text = format!(
            "[[board]]\nname = {name:?}\ndevice = {device:?}\nhost = \"127.0.0.1\"\nport = {}\nidentity = {:?}\n\
             options = {:?}\nfolder = {:?}\npatience_minutes = 1\n",
            self.port,
            self.folder.path().join("user").display().to_string(),
            self.options(),
            folder.display().to_string()
        );
        fs::write(&path, text).unwrap();
        path
    }

    /// Ends the connections that are open now and goes on listening, as a cable pulled and put back.
    pub fn cut(&self) {
        for child in children(self.child.id()) {
            let _ = Command::new("kill").args(["-9", &child.to_string()]).status();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.cut();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processes whose parent is this one, and theirs that still serve the connection: what runs on its own is not among
/// them, since the shell between has gone.
fn children(parent: u32) -> Vec<u32> {
    let list = Command::new("ps").args(["-eo", "pid=,ppid=,comm="]).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let rows: Vec<(u32, u32, &str)> = list
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?))
        })
        .collect();
    let mut found = vec![parent];
    let mut at = 0;
    while at < found.len() {
        let of = found[at];
        found.extend(rows.iter().filter(|(_, parent, name)| *parent == of && name.contains("sshd")).map(|row| row.0));
        at += 1;
    }
    found.split_off(1)
}

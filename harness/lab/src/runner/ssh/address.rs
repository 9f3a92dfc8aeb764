//! How a machine is reached.

use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use quantmark_machine::shell::quote;

/// A machine in the words of `ssh`. Nothing in it is read by a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    user: Option<String>,
    port: Option<u16>,
    identity: Option<PathBuf>,
    options: Vec<String>,
}

impl Address {
    /// A host, by the name that the system or `ssh_config` knows, or `user@host`.
    ///
    /// # Errors
    /// The text is no such name: empty, with spaces or control characters, or beginning as an option does.
    pub fn new(text: &str) -> Result<Self, String> {
        let (user, host) = match text.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, text),
        };
        Ok(Self {
            host: name("host", host)?,
            user: user.map(|user| name("user", user)).transpose()?,
            port: None,
            identity: None,
            options: Vec::new(),
        })
    }

    /// The same as another user.
    ///
    /// # Errors
    /// The text is no user's name.
    pub fn as_user(mut self, user: &str) -> Result<Self, String> {
        self.user = Some(name("user", user)?);
        Ok(self)
    }

    /// The same at another port.
    pub fn at_port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The same with this key and no other.
    pub fn with_identity(mut self, identity: PathBuf) -> Self {
        self.identity = Some(identity);
        self
    }

    /// The same with options of `ssh_config`, each `Name=value`.
    pub fn with_options(mut self, options: Vec<String>) -> Self {
        self.options = options;
        self
    }

    /// `ssh` with everything up to the host; nothing is asked of a person.
    pub(super) fn ssh(&self, script: &str) -> Command {
        let mut ssh = Command::new("ssh");
        ssh.args(["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15"]);
        ssh.args(["-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3", "-o", "LogLevel=ERROR"]);
        for option in &self.options {
            ssh.args(["-o", option]);
        }
        if let Some(identity) = &self.identity {
            ssh.args(["-o", "IdentitiesOnly=yes"]).arg("-i").arg(identity);
        }
        if let Some(port) = self.port {
            ssh.args(["-p", &port.to_string()]);
        }
        if let Some(user) = &self.user {
            ssh.args(["-l", user]);
        }
        // The login shell sees two words and one that is quoted.
        ssh.arg("--").arg(&self.host).arg(format!("exec sh -c {}", quote(script)));
        ssh.stdin(Stdio::null());
        ssh
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

fn name(what: &str, text: &str) -> Result<String, String> {
    let bad = |c: char| c.is_whitespace() || c.is_control();
    if text.is_empty() || text.starts_with('-') || text.contains(bad) || text.contains(['\'', '"', '`', '$', '\\']) {
        return Err(format!(
            "{text:?}: expected the name of a {what}, without spaces or quotes and not beginning with -"
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_and_no_options() {
        let address = Address::new("bench@pi5.lab").unwrap().at_port(2222);
        assert_eq!(address.to_string(), "bench@pi5.lab:2222");
        for bad in ["", "-oProxyCommand=x", "-l@host", "user@", "@host", "a b", "a\nb", "$(x)", "`x`"] {
            assert!(Address::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_script_is_one_word() {
        let command = Address::new("host").unwrap().ssh("echo 'a b'; rm x");
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        assert_eq!(words[words.len() - 3..], ["--", "host", r"exec sh -c 'echo '\''a b'\''; rm x'"]);
    }
}

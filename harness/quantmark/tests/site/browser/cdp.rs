//! A headless Chromium, spoken to by the DevTools protocol.

use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// What every answer may take: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// The browser, or nothing where there is none.
pub fn program() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("QUANTMARK_CHROMIUM") {
        return Some(path.into());
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

/// A tab of a browser of its own, which ends with it.
pub struct Tab {
    child: Child,
    socket: WebSocket<TcpStream>,
    session: String,
    last_id: u64,
    /// Errors, refusals of the policy, dialogs: what a sound page never causes.
    pub complaints: Vec<String>,
    loaded: bool,
    _profile: tempfile::TempDir,
}

impl Drop for Tab {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Tab {
    pub fn open(program: &Path) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let child = Command::new(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"])
            .args(["--no-first-run", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (port, path) = address(&profile);
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream).unwrap();
        let mut tab = Self {
            child,
            socket,
            session: String::new(),
            last_id: 0,
            complaints: Vec::new(),
            loaded: false,
            _profile: profile,
        };
        let target = tab.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = tab.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        tab.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab
    }

    /// Sends a command and waits for its answer; what else arrives is noted.
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::text(message.to_string())).unwrap();
        loop {
            let message = self.next();
            if message["id"] == json!(self.last_id) {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
        }
    }

    fn next(&mut self) -> Value {
        let message = loop {
            match self.socket.read().unwrap() {
                Message::Text(text) => break serde_json::from_str::<Value>(&text).unwrap(),
                Message::Close(_) => panic!("the browser closed the connection"),
                _ => {}
            }
        };
        let parameters = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Page.loadEventFired" => self.loaded = true,
            "Runtime.exceptionThrown" => self.complaints.push(parameters["exceptionDetails"].to_string()),
            "Log.entryAdded" => self.complaints.push(parameters["entry"].to_string()),
            "Page.javascriptDialogOpening" => {
                self.complaints.push(format!("a dialog: {}", parameters["message"]));
                panic!("a page opened a dialog");
            }
            "Runtime.consoleAPICalled" => self.complaints.push(parameters["args"].to_string()),
            _ => {}
        }
        message
    }

    /// Loads a file and waits until it is there.
    pub fn go(&mut self, path: &Path) {
        self.loaded = false;
        let answer = self.call("Page.navigate", json!({ "url": format!("file://{}", path.display()) }));
        assert!(answer["errorText"].is_null(), "{}: {answer}", path.display());
        while !self.loaded {
            self.next();
        }
    }

    /// The value of an expression of the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", parameters);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression holds.
    pub fn until(&mut self, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != json!(true) {
            assert!(start.elapsed() < PATIENCE, "never: {expression}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Width of the window in pixels, and the theme that the reader has chosen.
    pub fn look(&mut self, width: u32, theme: &str) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// The whole page as PNG.
    pub fn picture(&mut self) -> Vec<u8> {
        let width = self.value("innerWidth");
        let height = self.value("Math.min(document.documentElement.scrollHeight, 6000)");
        let clip = json!({ "x": 0, "y": 0, "scale": 1, "width": width, "height": height });
        let answer = self
            .call("Page.captureScreenshot", json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }));
        use base64::Engine;
        base64::prelude::BASE64_STANDARD.decode(answer["data"].as_str().unwrap()).unwrap()
    }

    /// Drags a file onto the page and lets it go.
    pub fn drop_file(&mut self, file: &Path) {
        let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            self.call("Input.dispatchDragEvent", json!({ "type": kind, "x": 120, "y": 300, "data": data }));
        }
    }
}

/// The port and path that the browser wrote down for those who want to speak to it.
fn address(profile: &tempfile::TempDir) -> (u16, String) {
    let file = profile.path().join("DevToolsActivePort");
    let start = Instant::now();
    loop {
        let text: io::Result<String> = std::fs::read_to_string(&file);
        if let Some((port, path)) = text.as_deref().ok().and_then(|text| text.trim().split_once('\n')) {
            return (port.parse().unwrap(), path.to_owned());
        }
        assert!(start.elapsed() < PATIENCE, "the browser did not start");
        std::thread::sleep(Duration::from_millis(50));
    }
}

//! A server process of a test of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub const BIN: &str = env!("CARGO_BIN_EXE_wellhead");

/// Serves on a free port, with further arguments; what it logs goes where the test's errors go.
pub fn serving(data: &Path, args: &[&str]) -> Command {
    let mut c = Command::new(BIN);
    c.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).args(args);
    c
}

pub struct Server {
    pub process: Child,
    pub address: String,
    /// The line that it prints when it serves.
    pub said: String,
}
impl Server {
    pub fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the binary was built for this test");
        let mut said = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut said).expect("one line on start");
        let address = said.split_whitespace().find(|w| w.starts_with("127.0.0.1:")).unwrap_or_else(|| panic!("{said}"));
        Self { process, address: address.trim_end_matches(',').to_owned(), said }
    }
}
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

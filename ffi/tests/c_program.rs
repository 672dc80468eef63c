//! Builds the programs of ffi/tests/c against the committed header and the static library, and runs them: records there and back
//! (abi.c), every function with every bad handle and argument (table.c), threads over one handle (threads.c), stream programs and their
//! functions (streams.c). Under AddressSanitizer
//! when the machine's C compiler has it; `make asan` builds the library itself with it, too, and names it in WELLHEAD_ASAN_LIB.
//! Without a C compiler the tests say so and are skipped.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What `rustc --print native-static-libs` names for this library.
const SYSTEM_LIBRARIES: &[&str] = &["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];
/// Nothing here takes a tenth of it.
const PATIENCE: Duration = Duration::from_secs(300);

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The library built with AddressSanitizer, when `make asan` made one.
fn sanitized_library() -> Option<PathBuf> {
    std::env::var_os("WELLHEAD_ASAN_LIB").map(PathBuf::from)
}

/// The static library lies beside the test, or one folder up when it was asked for by name.
fn static_library() -> PathBuf {
    if let Some(lib) = sanitized_library() {
        return lib;
    }
    let exe = std::env::current_exe().unwrap();
    let deps = exe.parent().unwrap();
    [deps.join("libwellhead_c.a"), deps.join("../libwellhead_c.a")]
        .into_iter()
        .filter(|p| p.exists())
        .max_by_key(|p| p.metadata().and_then(|m| m.modified()).ok())
        .expect("cargo builds the static library with the crate")
}

/// Tells the person and, where `make test` gathers them, the list of skipped tests.
fn skip(why: &str) {
    println!("skipped: {why}");
    let list = here().join("../build");
    if list.is_dir() {
        use std::io::Write;
        let _ = std::fs::OpenOptions::new().create(true).append(true).open(list.join("skipped")).map(|mut f| writeln!(f, "the C ABI from C: {why}"));
    }
}

/// One program of ffi/tests/c, built.
struct Program {
    exe: PathBuf,
    tmp: tempfile::TempDir,
    asan: bool,
}

impl Program {
    /// None: this machine cannot, and was told so.
    fn build(name: &str) -> Option<Program> {
        let tmp = tempfile::tempdir().unwrap();
        let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        if Command::new(&cc).arg("--version").output().is_err() {
            skip("there is no C compiler");
            return None;
        }
        let probe = tmp.path().join("probe.c");
        std::fs::write(&probe, "int main(void) { return 0; }\n").unwrap();
        let sanitizer = ["-fsanitize=address", "-fno-omit-frame-pointer"];
        let asan = Command::new(&cc).args(sanitizer).arg(&probe).arg("-o").arg(tmp.path().join("probe")).output().is_ok_and(|o| o.status.success());
        let exe = tmp.path().join(name);
        let mut build = Command::new(&cc);
        build.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-g"]);
        if asan {
            build.args(sanitizer);
        } else {
            assert!(sanitized_library().is_none(), "make asan needs a C compiler with AddressSanitizer");
            skip("the C compiler has no AddressSanitizer: run without it");
        }
        build.arg("-I").arg(here().join("include")).arg(here().join("tests/c").join(name)).arg(static_library());
        let built = build.args(SYSTEM_LIBRARIES).arg("-o").arg(&exe).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        Some(Program { exe, tmp, asan })
    }

    /// Runs it to its end on a data directory of its own. One that hangs is ended, and fails.
    fn run(&self, args: &[&str]) -> Output {
        let mut child =
            Command::new(&self.exe).arg(self.tmp.path().join("data")).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let read = |mut from: Box<dyn std::io::Read + Send>| {
            std::thread::spawn(move || {
                let mut all = Vec::new();
                let _ = from.read_to_end(&mut all);
                all
            })
        };
        let (out, err) = (read(Box::new(out)), read(Box::new(err)));
        let end = Instant::now() + PATIENCE;
        let mut hangs = false;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > end && !hangs {
                hangs = true;
                child.kill().unwrap();
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let done = Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() };
        assert!(!hangs, "it hangs:\n{}\n{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        done
    }

    fn holds(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success() && out.ends_with("the C ABI holds\n"), "{}\n{out}\n{err}", ran.status);
        out.into_owned()
    }
}

/// WELLHEAD_SEED, or another one each time; the programs print it.
fn seed() -> String {
    let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.subsec_nanos());
    std::env::var("WELLHEAD_SEED").unwrap_or_else(|_| now().to_string())
}

#[test]
fn the_abi_holds_in_c() {
    let Some(program) = Program::build("abi.c") else { return };
    program.holds(&[]);
}

#[test]
fn the_sanitizer_sees() {
    let Some(program) = Program::build("abi.c") else { return };
    let kinds = [("program", program.asan), ("library", sanitized_library().is_some())];
    for (kind, _) in kinds.iter().filter(|k| k.1) {
        let ran = program.run(&[kind]);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(!ran.status.success() && said.contains("heap-use-after-free"), "{kind}: {}\n{said}", ran.status);
    }
}

#[test]
fn a_close_meets_calls_of_other_threads() {
    let Some(program) = Program::build("threads.c") else { return };
    program.holds(&[&seed()]);
}

#[test]
fn stream_programs_and_their_functions_hold() {
    let Some(program) = Program::build("streams.c") else { return };
    program.holds(&[]);
}

/// The functions of the header, with whether one has a pointer parameter beside its error.
fn functions() -> Vec<(String, bool)> {
    let header = std::fs::read_to_string(here().join("include/wellhead.h")).unwrap();
    let code = header.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut out = Vec::new();
    for part in code.split(';') {
        let Some((before, parameters)) = part.split_once('(') else { continue };
        let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
        if name.starts_with("wh_") {
            out.push((name.to_owned(), parameters.replace("struct wh_error *err", "").contains('*')));
        }
    }
    out
}

/// A function that is new in the header, and has no row in rows.inc or no bad argument in table.c, fails here.
#[test]
fn every_function_refuses_every_bad_handle_and_argument() {
    let Some(program) = Program::build("table.c") else { return };
    let out = program.holds(&[&seed()]);
    let said = |what: &str| out.lines().filter_map(|l| l.strip_prefix(what)).map(str::to_owned).collect::<BTreeSet<_>>();
    let (rows, arguments) = (said("row "), said("argument "));
    let functions = functions();
    assert!(functions.len() > 30, "the header was not read: {functions:?}");
    // It takes nothing and cannot fail.
    let free = "wh_version";
    let missing: Vec<_> = functions.iter().filter(|(f, _)| f != free && !rows.contains(f)).collect();
    assert!(missing.is_empty(), "no row in tests/c/rows.inc: {missing:?}");
    let missing: Vec<_> = functions.iter().filter(|(f, pointers)| *pointers && !arguments.contains(f)).collect();
    assert!(missing.is_empty(), "no bad argument in tests/c/table.c: {missing:?}");
}

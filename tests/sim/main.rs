//! The seeded simulation of one node. `make sim SEEDS=n [FROM=seed]` runs seeds; `--bugs` shows that deliberate bugs are found.
//! Each seed is one thread's work and repeats byte for byte; seeds are spread over threads. Ends with one line that says how many
//! passed and failed.

mod admin;
mod clients;
mod groups;
mod oracle;
mod plan;
mod regressions;
mod trace;
mod world;

use clients::{Marks, Sim};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use wellhead_base::bugs;

/// A seed that takes this long is stuck, on any machine.
const STUCK: Duration = Duration::from_secs(300);
/// A deliberate bug must be found within so many seeds.
const BUG_SEEDS: u64 = 200;
/// Every so manieth seed is run twice, to see that it repeats.
const REPEAT: u64 = 50;
const STEPS: u64 = 500;

struct Args {
    seeds: u64,
    from: u64,
    threads: usize,
    steps: u64,
    trace: bool,
    bugs: bool,
    bug: Option<String>,
}

fn args() -> Result<Args, String> {
    let mut a = Args { seeds: 100, from: 0, threads: 2, steps: STEPS, trace: false, bugs: false, bug: None };
    let mut words = std::env::args().skip(1);
    while let Some(w) = words.next() {
        let mut number = || words.next().and_then(|n| n.parse::<u64>().ok()).ok_or(format!("{w} needs a number"));
        match w.as_str() {
            "--seeds" => a.seeds = number()?,
            "--from" => a.from = number()?,
            "--threads" => a.threads = number()?.max(1) as usize,
            "--steps" => a.steps = number()?,
            "--trace" => a.trace = true,
            "--bugs" => a.bugs = true,
            "--bug" => a.bug = Some(words.next().ok_or("--bug needs a name")?),
            _ => return Err(format!("{w}? --seeds N --from SEED --threads N --steps N --trace --bugs --bug NAME")),
        }
    }
    Ok(a)
}

thread_local! {
    static PANICS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// One seed to its end: the figure of its trace, what happened, and what was broken.
fn run(seed: u64, steps: u64, keep_trace: bool) -> (Result<(), String>, trace::Trace, Marks, String) {
    PANICS.with(|p| p.borrow_mut().clear());
    let done = catch_unwind(AssertUnwindSafe(|| Sim::run(seed, steps, keep_trace)));
    let panics = PANICS.with(|p| std::mem::take(&mut *p.borrow_mut()));
    match done {
        Ok((Ok(()), trace, marks, plan)) if panics.is_empty() => (Ok(()), trace, marks, plan.describe()),
        Ok((result, trace, marks, plan)) => (
            Err(panics.first().cloned().map_or_else(|| result.expect_err("else there is a panic"), |p| format!("a panic: {p}"))),
            trace,
            marks,
            plan.describe(),
        ),
        Err(_) => (Err(format!("a panic: {}", panics.first().map_or("?", |p| p))), trace::Trace::default(), Marks::default(), String::new()),
    }
}

/// Runs seeds over threads until they are done, or with `first_only` until one fails. Gives the failures.
fn sweep(a: &Args, from: u64, seeds: u64, first_only: bool) -> (Vec<(u64, String, String)>, Marks) {
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let failed = Mutex::new(Vec::new());
    let marks = Mutex::new(Marks::default());
    let busy: Vec<Mutex<Option<(u64, Instant)>>> = (0..a.threads).map(|_| Mutex::new(None)).collect();
    let running = AtomicU64::new(a.threads as u64);
    std::thread::scope(|scope| {
        for slot in &busy {
            let (next, stop, failed, marks, running) = (&next, &stop, &failed, &marks, &running);
            scope.spawn(move || {
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= seeds || stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let seed = from + n;
                    *slot.lock().expect("held shortly") = Some((seed, Instant::now()));
                    let (mut result, trace, hit, plan) = run(seed, a.steps, false);
                    if !first_only && result.is_ok() && seed.is_multiple_of(REPEAT) {
                        let again = run(seed, a.steps, false).1;
                        if again.digest() != trace.digest() {
                            result = Err("the seed does not repeat: two runs of it took different courses".to_owned());
                        }
                    }
                    marks.lock().expect("held shortly").add(&hit);
                    if let Err(why) = result {
                        failed.lock().expect("held shortly").push((seed, why, plan));
                        if first_only {
                            stop.store(true, Ordering::SeqCst);
                        }
                    }
                }
                *slot.lock().expect("held shortly") = None;
                running.fetch_sub(1, Ordering::SeqCst);
            });
        }
        // A seed that does not end says which it is.
        let (busy, running) = (&busy, &running);
        scope.spawn(move || {
            while running.load(Ordering::SeqCst) > 0 {
                std::thread::sleep(Duration::from_millis(20));
                for slot in busy {
                    if let Some((seed, since)) = *slot.lock().expect("held shortly")
                        && since.elapsed() > STUCK
                    {
                        eprintln!("seed {seed} is stuck\n  make sim SEEDS=1 FROM={seed}");
                        std::process::exit(1);
                    }
                }
            }
        });
    });
    let mut failed = failed.into_inner().expect("all threads are done");
    failed.sort();
    (failed, marks.into_inner().expect("all threads are done"))
}

fn find_bugs(a: &Args) -> ExitCode {
    let mut missed = 0;
    for (name, bug) in bugs::ALL {
        if a.bug.as_ref().is_some_and(|b| b != name) {
            continue;
        }
        let began = Instant::now();
        bugs::switch_on(Some(*bug));
        let (failed, _) = sweep(a, a.from, BUG_SEEDS, true);
        bugs::switch_on(None);
        match failed.first() {
            Some((seed, why, _)) => println!("{name}: found at seed {seed} in {:.1} s: {why}", began.elapsed().as_secs_f64()),
            None => {
                missed += 1;
                println!("{name}: NOT FOUND in {BUG_SEEDS} seeds");
            }
        }
    }
    println!("bugs: {} found, {missed} missed", bugs::ALL.len() - missed);
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn main() -> ExitCode {
    let a = match args() {
        Ok(a) => a,
        Err(e) => {
            eprintln!("{e}");
            return ExitCode::FAILURE;
        }
    };
    std::panic::set_hook(Box::new(|info| PANICS.with(|p| p.borrow_mut().push(info.to_string()))));
    if a.bugs {
        return find_bugs(&a);
    }
    if let Some(name) = &a.bug {
        let Some((_, bug)) = bugs::ALL.iter().find(|b| b.0 == name) else {
            eprintln!("there is no bug of that name");
            return ExitCode::FAILURE;
        };
        bugs::switch_on(Some(*bug));
    }
    if a.trace {
        tracing_subscriber::fmt().without_time().with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG).with_ansi(false).init();
        let (result, trace, marks, _) = run(a.from, a.steps, true);
        println!("{marks:?}\ntrace {:016x} {result:?}", trace.digest());
        return if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let began = Instant::now();
    let (mut failed, marks) = sweep(&a, a.from, a.seeds, false);
    let mut passed = a.seeds - failed.len() as u64;
    if a.seeds > 1 {
        for (name, seed, steps) in regressions::SEEDS {
            match run(*seed, *steps, false).0 {
                Ok(()) => passed += 1,
                Err(why) => failed.push((*seed, format!("{name} is back: {why}"), String::new())),
            }
        }
    }
    for (what, n) in &marks.0 {
        println!("  {n:>8} {what}");
    }
    for (seed, why, plan) in failed.iter().take(20) {
        println!("seed {seed} failed: {why}\n  with {plan}\n  make sim SEEDS=1 FROM={seed}");
    }
    println!("sim: seeds {} to {}, {:.0} s", a.from, a.from + a.seeds.max(1) - 1, began.elapsed().as_secs_f64());
    println!("sim: {passed} passed, {} failed", failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

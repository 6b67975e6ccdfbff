using NUnit.Framework;

// Each test has its own instance, app, database file and clock, so all may run at once.
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: Parallelizable(ParallelScope.All)]

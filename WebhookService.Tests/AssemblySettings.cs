using Microsoft.AspNetCore.Hosting;
using NUnit.Framework;
using WebhookService.Tests.Support.Services;

// Each test has its own instance, app, database file and clock, so all tests can run in parallel.
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: Parallelizable(ParallelScope.All)]

// Counts the external calls of a real service process that loads this assembly as a hosting startup.
[assembly: HostingStartup(typeof(CountedCalls))]

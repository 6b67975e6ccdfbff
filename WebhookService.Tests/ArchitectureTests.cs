using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using ArchUnitNET.NUnit;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Api;
using WebhookService.Domain;
using WebhookService.Infrastructure;
using WebhookService.Tests.Support;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace WebhookService.Tests;

/// <summary>The namespaces of the product and the one direction in which they depend on each other.</summary>
internal sealed class ArchitectureTests
{
    private const string Domain = "WebhookService.Domain";
    private const string Infrastructure = "WebhookService.Infrastructure";
    private const string Api = "WebhookService.Api";
    private const int MaxFiles = 16;
    private const int MaxParameters = 7;

    private const BindingFlags AllConstructors =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly System.Reflection.Assembly[] Assemblies =
        [typeof(Transaction).Assembly, typeof(InfrastructureServiceCollectionExtensions).Assembly, typeof(Program).Assembly];

    private static readonly Architecture Product = new ArchLoader().LoadAssemblies(Assemblies).Build();

    // The root namespace of a project composes all of its namespaces, so it is in no slice.
    [TestCase(Domain)]
    [TestCase(Infrastructure)]
    [TestCase(Api)]
    public void Namespaces_HaveNoCycles(string project) =>
        SliceRuleDefinition.Slices().Matching($"{project}.(**)").Should().BeFreeOfCycles().Check(Product);

    [TestCase(Infrastructure)]
    [TestCase(Api)]
    public void Rooms_HaveNoCycles(string project) =>
        SliceRuleDefinition.Slices().Matching($"{project}.(*)..").Should().BeFreeOfCycles().Check(Product);

    [TestCase(Domain, Infrastructure)]
    [TestCase(Domain, Api)]
    [TestCase(Infrastructure, Api)]
    public void Layers_KnowOnlyWhatLiesBelow(string lower, string upper) =>
        Types().That().ResideInNamespaceMatching($"^{lower}")
            .Should().NotDependOnAny(Types().That().ResideInNamespaceMatching($"^{upper}")).Check(Product);

    [Test]
    public void Controllers_CannotClaim() =>
        Classes().That().HaveNameEndingWith("Controller")
            .Should().NotDependOnAny(typeof(ITransactionClaims)).Check(Product);

    [Test]
    public void Folders_HoldAFewFiles() =>
        SourceTree.Files(isGenerated: false)
            .GroupBy(file => file.Folder)
            .Where(folder => folder.Count() > MaxFiles)
            .Select(folder => $"{folder.Key}: {folder.Count()}")
            .Should().BeEmpty();

    [Test]
    public void Constructors_TakeOneIdea() =>
        Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.Name.StartsWith('<') && !IsRecord(type))
            .SelectMany(type => type.GetConstructors(AllConstructors))
            .Where(constructor => constructor.GetParameters().Length > MaxParameters)
            .Select(constructor => $"{constructor.DeclaringType!.Name}: {constructor.GetParameters().Length}")
            .Should().BeEmpty();

    // A record's parameters are its values, such as the members of an answer.
    private static bool IsRecord(System.Type type) => type.GetMethod("PrintMembers", (BindingFlags)(-1)) is not null;
}

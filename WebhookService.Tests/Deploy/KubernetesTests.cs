using System.Globalization;
using FluentAssertions;
using k8s;
using k8s.Models;
using NUnit.Framework;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Processing;
using WebhookService.Tests.Support;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Deploy;

/// <summary>The manifests in deploy/kubernetes, read by the strict and typed reader of the client for .NET.</summary>
internal sealed class KubernetesTests
{
    private static readonly string[] Manifests =
        ["autoscaling/autoscaler.yaml", "deployment.yaml", "disruption.yaml", "service.yaml"];

    private static readonly V1Deployment Deployment = Read<V1Deployment>("deployment.yaml");

    private static readonly V1PodSpec Pod = Deployment.Spec.Template.Spec;

    private static readonly V1Container Container = Pod.Containers.Single();

    private static string Folder => Path.Combine(SourceTree.Root, "deploy/kubernetes");

    [Test]
    public void Manifests_AreAllListedAndTested()
    {
        var files = Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file))
            .Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)).ToArray();

        files.Should().BeEquivalentTo(Manifests);
        files.Should().OnlyContain(file => File.ReadAllText(Path.Combine(Folder, Path.GetDirectoryName(file)!, "kustomization.yaml"))
            .Contains($"  - {Path.GetFileName(file)}\n"));
    }

    [TestCaseSource(nameof(Manifests))]
    public void Manifest_HasOnlyFieldsOfItsKind(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));

        KubernetesYaml.LoadAllFromString(text, strict: true).Should().ContainSingle();
        var misspelt = text.Replace("spec:\n", "spec:\n  nonsense: 1\n", StringComparison.Ordinal);
        FluentActions.Invoking(() => KubernetesYaml.LoadAllFromString(misspelt, strict: true))
            .Should().Throw<Exception>("otherwise the reader would find nothing");
    }

    [Test]
    public void Variables_AreSettings()
    {
        var files = Pod.Volumes.Single().Secret.Items.Select(item => item.Path).ToArray();

        files.Should().Equal("DATABASE_URL", "Security__WebhookSecrets__0", "Security__ApiKeys__0");
        Container.Env.Select(variable => variable.Name).Concat(files).Where(name => !SettingNames.IsKnown(name)).Should().BeEmpty();
        Container.Env.Should().OnlyContain(variable => !files.Contains(variable.Name));
    }

    [Test]
    public void Secrets_AreFilesWhereTheServiceReadsThem()
    {
        var mount = Container.VolumeMounts.Single();

        mount.MountPath.Should().Be("/run/secrets");
        mount.Name.Should().Be(Pod.Volumes.Single().Name);
        mount.ReadOnlyProperty.Should().BeTrue();
        Pod.AutomountServiceAccountToken.Should().BeFalse("it is mounted at the same place");
        Pod.Volumes.Single().Secret.DefaultMode.Should().Be(0b100_100_000, "the group of the service may read them");
        Pod.SecurityContext.FsGroup.Should().Be(Pod.SecurityContext.RunAsGroup);
    }

    [Test]
    public void Ports_AreTheServices()
    {
        var port = Container.Ports.Single();
        var service = Read<V1Service>("service.yaml").Spec;

        $"{port.ContainerPort}".Should().Be(Dockerfile.Variables["PORT"]).And.Be(Variable("PORT"));
        service.Ports.Single().TargetPort.Value.Should().Be(port.Name);
        Probes().Should().OnlyContain(probe => probe.HttpGet.Port.Value == port.Name);
    }

    [Test]
    public async Task Probes_AreAnswered_WhenTheServiceRunsAsInThePod()
    {
        using var directory = new TempDirectory();
        var secrets = WriteVolume(
            directory,
            ("DATABASE_URL", directory.DatabaseUrl),
            ("Security__WebhookSecrets__0", "whsec_b25seS1mb3ItdGhpcy10ZXN0LW9mLWt1YmVybmV0ZXM="),
            ("Security__ApiKeys__0", $"ops:{new string('a', 64)}:operate"));
        await using var service = ServiceProcess.Start(directory,
        [
            .. Container.Env.Where(variable => variable.Name != "PORT").Select(variable => (variable.Name, variable.Value)),
            ("CREDENTIALS_DIRECTORY", secrets), ("DATABASE_URL", "sqlite:////nowhere/in/the/image.db"),
            ("Security__AllowAnonymous", "false"), ("Hosting__DrainSeconds", "0"),
        ]);

        foreach (var probe in Probes())
        {
            await Eventually.HoldsAsync(() => IsAnsweredAsync(service, probe.HttpGet.Path), $"{probe.HttpGet.Path} is answered");
        }

        (await service.TerminateAsync()).Should().Be(0);
        File.Exists(directory.Database).Should().BeTrue("a file takes precedence over the variable of the image");
    }

    [Test]
    public void Probes_AskWhatTheyMean()
    {
        Container.StartupProbe.HttpGet.Path.Should().Be("/health/live");
        Container.LivenessProbe.HttpGet.Path.Should().Be("/health/live", "a restart does not repair a database");
        Container.ReadinessProbe.HttpGet.Path.Should().Be("/health/ready");
    }

    [Test]
    public void Startup_MayTakeAsLongAsAMigration()
    {
        var patience = TimeSpan.FromSeconds(Container.StartupProbe.PeriodSeconds!.Value * Container.StartupProbe.FailureThreshold!.Value);

        patience.Should().BeGreaterThan(new DatabaseOptions().MigrationTimeout);
    }

    [Test]
    public void Stop_HasTimeToDrain()
    {
        var drain = int.Parse(Variable("Hosting__DrainSeconds"), CultureInfo.InvariantCulture);
        var needed = TimeSpan.FromSeconds(drain + 15) + new ProcessingOptions().ShutdownGrace;

        drain.Should().BePositive();
        TimeSpan.FromSeconds(Pod.TerminationGracePeriodSeconds!.Value).Should().BeGreaterThan(needed);
    }

    [Test]
    public void Pod_MayDoNothingButServe()
    {
        Pod.SecurityContext.RunAsNonRoot.Should().BeTrue();
        Pod.SecurityContext.SeccompProfile.Type.Should().Be("RuntimeDefault");
        Container.SecurityContext.ReadOnlyRootFilesystem.Should().BeTrue();
        Container.SecurityContext.AllowPrivilegeEscalation.Should().BeFalse();
        Container.SecurityContext.Capabilities.Drop.Should().Equal("ALL");
        Container.Resources.Requests.Keys.Should().BeEquivalentTo("cpu", "memory");
        Container.Resources.Limits.Keys.Should().Equal("memory");
    }

    [Test]
    public void Selectors_FindThePods()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;

        Deployment.Spec.Selector.MatchLabels.Should().Equal(labels);
        Read<V1Service>("service.yaml").Spec.Selector.Should().Equal(labels);
        Read<V1PodDisruptionBudget>("disruption.yaml").Spec.Selector.MatchLabels.Should().Equal(labels);
        Pod.TopologySpreadConstraints.Single().LabelSelector.MatchLabels.Should().Equal(labels);
    }

    [Test]
    [Category("Long")]
    public async Task Autoscaler_ReadsAMetricThatExists()
    {
        var autoscaler = Read<V2HorizontalPodAutoscaler>("autoscaling/autoscaler.yaml").Spec;
        var metric = autoscaler.Metrics.Single().Pods.Metric.Name;
        using var directory = new TempDirectory();
        await using var service = await ServiceProcess.StartReadyAsync(directory);

        await Eventually.HoldsAsync(
            async () => (await service.Client.GetStringAsync("/metrics")).Contains($"\n{metric}{{", StringComparison.Ordinal), $"{metric} is there");

        autoscaler.ScaleTargetRef.Name.Should().Be(Deployment.Metadata.Name);
        autoscaler.ScaleTargetRef.Kind.Should().Be(Deployment.Kind);
        autoscaler.MinReplicas.Should().Be(Deployment.Spec.Replicas).And.Be(2);
    }

    [TestCase(false, "Service Deployment PodDisruptionBudget")]
    [TestCase(true, "Service Deployment PodDisruptionBudget HorizontalPodAutoscaler")]
    public async Task Kustomization_IsBuilt(bool scales, string kinds)
    {
        using var directory = new TempDirectory();
        Copy(Folder, directory.Path, scales);
        if (!Tool.IsThere("kubectl"))
        {
            Assert.Ignore("No kubectl.");
        }

        var (exitCode, output) = await Tool.RunAsync(["kubectl", "kustomize", directory.Path], directory.Path);

        exitCode.Should().Be(0, output);
        var objects = KubernetesYaml.LoadAllFromString(output, strict: true);
        objects.Cast<IKubernetesObject>().Select(item => item.Kind).Should().BeEquivalentTo(kinds.Split(' '));
        var deployment = objects.OfType<V1Deployment>().Single().Spec;
        deployment.Replicas.Should().Be(scales ? null : 2);
        deployment.Template.Spec.Containers.Single().Image.Should().EndWith($"/{Container.Image}").And.EndWith($":{await VersionAsync()}");
    }

    private static async Task<string> VersionAsync()
    {
        using var directory = new TempDirectory();
        var (_, output) = await ServiceProcess.RunAsync(["--version"], directory);
        return output.Trim().Split('+')[0];
    }

    // As Kubernetes does: the files are links into a directory that is exchanged as a whole.
    private static string WriteVolume(TempDirectory directory, params (string Name, string Value)[] secrets)
    {
        var volume = Directory.CreateDirectory(Path.Combine(directory.Path, "secrets")).FullName;
        var content = Directory.CreateDirectory(Path.Combine(volume, "..2026_01_15_10_30_00.1")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(volume, "..data"), Path.GetFileName(content));
        foreach (var (name, value) in secrets)
        {
            File.WriteAllText(Path.Combine(content, name), value);
            File.CreateSymbolicLink(Path.Combine(volume, name), Path.Combine("..data", name));
        }

        return volume;
    }

    private static async Task<bool> IsAnsweredAsync(ServiceProcess service, string path)
    {
        try
        {
            return (await service.Client.GetAsync(path)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Copy(string source, string target, bool scales)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            var text = File.ReadAllText(file);
            File.WriteAllText(copy, scales ? text.Replace("# components:\n#   - ", "components:\n  - ", StringComparison.Ordinal) : text);
        }
    }

    private static V1Probe[] Probes() => [Container.StartupProbe, Container.LivenessProbe, Container.ReadinessProbe];

    private static string Variable(string name) => Container.Env.Single(variable => variable.Name == name).Value;

    private static T Read<T>(string file) =>
        KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Folder, file)), strict: true).OfType<T>().Single();
}

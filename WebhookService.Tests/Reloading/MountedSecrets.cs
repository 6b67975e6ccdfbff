using System.Runtime.InteropServices;
using System.Text;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reloading;

/// <summary>
/// A directory of secrets as Kubernetes mounts it: each file is a link into <c>..data</c>, which is a link to a directory
/// that is never changed, and replaced by another one in one step.
/// </summary>
internal sealed class MountedSecrets : IDisposable
{
    private readonly TempDirectory _directory = new();
    private int _version;

    public string Path => _directory.Path;

    private string Data => At("..data");

    /// <summary>Replaces all files in one step.</summary>
    public void Swap(params (string Name, string Value)[] files)
    {
        var version = At($"..version_{++_version}");
        Directory.CreateDirectory(version);
        foreach (var (name, value) in files)
        {
            File.WriteAllText(System.IO.Path.Combine(version, name), value);
        }

        var next = At("..data_tmp");
        File.CreateSymbolicLink(next, version);
        if (Rename(Native(next), Native(Data)) != 0)
        {
            throw new IOException($"{Data} was not replaced: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        Link(files);
    }

    /// <summary>Overwrites the files one after another, as an editor does.</summary>
    public void Rewrite(params (string Name, string Value)[] files)
    {
        foreach (var (name, value) in files)
        {
            File.WriteAllText(System.IO.Path.Combine(Data, name), value);
        }

        Link(files);
    }

    public void Dispose() => _directory.Dispose();

    private void Link((string Name, string Value)[] files)
    {
        foreach (var (name, _) in files.Where(file => !File.Exists(At(file.Name))))
        {
            File.CreateSymbolicLink(At(name), System.IO.Path.Combine("..data", name));
        }

        foreach (var file in Directory.GetFiles(Path).Where(file => !files.Any(it => it.Name == System.IO.Path.GetFileName(file))))
        {
            if (!System.IO.Path.GetFileName(file).StartsWith('.'))
            {
                File.Delete(file);
            }
        }
    }

    // File.Move does not replace a link to a directory.
    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename(byte[] from, byte[] to);

    private static byte[] Native(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private string At(string name) => System.IO.Path.Combine(Path, name);
}

// The tool is the service under another name, with the same commands and settings.
return await WebhookService.Api.Program.Main(args);

{{/* A Job that runs one command of fincc. Takes (dict "root" . "job" NAME "args" LIST). As a hook it runs, and must end
well, before an installation or an upgrade changes anything; without a hook it runs beside what it prepares. */}}
{{- define "fincc.job" -}}
{{- $root := .root }}
{{- $migration := $root.Values.migration }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "fincc.name" $root }}-{{ .job }}{{ if not $migration.hook }}-{{ $root.Release.Revision }}{{ end }}
  labels:
    {{- include "fincc.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .job }}
  {{- if $migration.hook }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "0"
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
  {{- end }}
spec:
  backoffLimit: {{ ternary 3 20 $migration.hook }}
  activeDeadlineSeconds: {{ $migration.deadlineSeconds }}
  {{- if not $migration.hook }}
  ttlSecondsAfterFinished: 3600
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "fincc.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .job }}
    spec:
      # Before the first installation the service's own account is not there yet, and a migration asks no cloud.
      serviceAccountName: {{ if $migration.hook }}default{{ else }}{{ include "fincc.serviceAccount" $root }}{{ end }}
      {{- include "fincc.podSpec" $root | nindent 6 }}
      restartPolicy: OnFailure
      containers:
        - name: {{ .job }}
          image: {{ include "fincc.image" $root }}
          imagePullPolicy: {{ $root.Values.global.image.pullPolicy }}
          args: {{ .args | toJson }}
          env:
            {{- include "fincc.migrationEnv" $root | nindent 12 }}
          {{- with include "fincc.envFrom" $root }}
          envFrom:
            {{- . | nindent 12 }}
          {{- end }}
          resources:
            {{- toYaml $migration.resources | nindent 12 }}
          securityContext:
            {{- include "fincc.containerSecurity" $root | nindent 12 }}
          volumeMounts:
            {{- include "fincc.volumeMounts" $root | nindent 12 }}
      volumes:
        {{- include "fincc.volumes" $root | nindent 8 }}
{{- end }}
